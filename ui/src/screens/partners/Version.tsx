/** One version of a tariff: what changed, in words, what is wrong with it, and its elements. */

import type { ReactNode } from 'react';
import { isSeverity, type TariffFault, type TariffVersionView } from '@/api/client';
import { Badge, SEVERITY_LOOK } from '@/components/Status';
import { TariffElements } from '@/components/TariffElements';
import { t } from '@/i18n';
import { testid } from '@/lib/testids';

export interface VersionProps {
  version: TariffVersionView;
  /** Whether none before it is known. */
  first: boolean;
}

export function Version({ version, first }: VersionProps) {
  return (
    <>
      <Part title={t.tariffs.whatChanged}>
        {version.changes.length === 0 ? (
          <p className="muted">{first ? t.tariffs.firstVersion : t.tariffs.nothingChanged}</p>
        ) : (
          <ul className="tariff-changes">
            {version.changes.map((change, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the same sentence may stand twice
              <li key={i} data-testid={testid.tariffChange}>
                {change}
              </li>
            ))}
          </ul>
        )}
      </Part>
      <Part title={t.words.title}>
        <div className="words" data-testid={testid.tariffWords}>
          {version.words.map((sentence, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same sentence may stand twice
            <p key={i}>{sentence}</p>
          ))}
        </div>
      </Part>
      <Part title={t.tariffs.faultsTitle}>
        {version.faults.length === 0 ? (
          <p className="muted">{t.tariffs.noFaults}</p>
        ) : (
          <ul className="findings">
            {version.faults.map((fault) => (
              <Fault key={`${fault.code} ${fault.at}`} fault={fault} />
            ))}
          </ul>
        )}
      </Part>
      <Part title={t.tariffs.elements}>
        <TariffElements tariff={version.tariff} />
      </Part>
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h4 className="eyebrow tariff-part">{title}</h4>
      {children}
    </section>
  );
}

function Fault({ fault }: { fault: TariffFault }) {
  const severity = isSeverity(fault.severity) ? fault.severity : 'info';
  const look = SEVERITY_LOOK[severity];
  return (
    <li className="tariff-fault" data-testid={testid.tariffFault} data-code={fault.code}>
      <Badge tone={look.tone} icon={look.icon}>
        {t.severity[severity]}
      </Badge>
      <div className="grow">
        <p>{fault.text}</p>
        {fault.at && <code className="small faint">{fault.at}</code>}
      </div>
    </li>
  );
}
