/** One thing about how a file is read, with what speaks for it. */

import type { ReactNode } from 'react';
import type { EvidenceDto } from '@/api/client';
import { t } from '@/i18n';

interface SettingProps {
  name: string;
  /** What was found out about it, if anything was. */
  evidence?: EvidenceDto | undefined;
  children: ReactNode;
}

export function Setting({ name, evidence, children }: SettingProps) {
  return (
    <div className="setting">
      <span className="field-label" aria-hidden>
        {name}
      </span>
      {children}
      {evidence?.because && <Why evidence={evidence} />}
    </div>
  );
}

/** "“13/05/2026” in row 11 exists, so the day comes first". */
export function Why({ evidence }: { evidence: EvidenceDto }) {
  const plain = t.import.evidence(evidence);
  return <span className="setting-why">{t.mapping.why(evidence, plain)}</span>;
}
