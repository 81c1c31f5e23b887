/** What a check came to: summary, sums, causes, fields, CDRs. */

import { useState } from 'react';
import type { CheckTotal, PartnerCheck } from '@/api/client';
import { Badge } from '@/components/Status';
import { t } from '@/i18n';
import { formatCount, formatQuantity } from '@/lib/decimal';
import { testid } from '@/lib/testids';
import { Causes, Fields } from './Groups';
import { verdictLook } from './look';
import { Apart, Net } from './money';
import { type Choice, isSame, type Only } from './narrow';
import { Records } from './Records';

interface FoundProps {
  found: PartnerCheck;
  /** True where the partner bills us. */
  payable: boolean;
}

export function Found({ found, payable }: FoundProps) {
  const [only, setOnly] = useState<Only | null>(null);
  const choose = (next: Only) => setOnly(isSame(only, next) ? null : next);
  const choice = { only, onOnly: choose };
  return (
    <>
      <Summary found={found} {...choice} />
      <Totals totals={found.totals} payable={payable} />
      <div className="partner-check-groups">
        <Causes causes={found.causes} payable={payable} {...choice} />
        <Fields fields={found.fields} {...choice} />
      </div>
      <Records found={found} payable={payable} only={only} onAll={() => setOnly(null)} />
    </>
  );
}

/** How many records stand how; each leads to its CDRs. */
function Summary({ found, only, onOnly }: { found: PartnerCheck } & Choice) {
  const isEqual = found.verdict === 'equal';
  const look = verdictLook(isEqual ? 'agrees' : 'differs');
  return (
    <section className="card partner-check-summary" data-testid={testid.checkSummary}>
      <div className="row">
        <Badge tone={look.tone} icon={look.icon} testId={testid.checkVerdict}>
          {isEqual ? t.partnerCheck.equal : t.partnerCheck.differs}
        </Badge>
        <span className="muted truncate" title={found.sha256}>
          {t.partnerCheck.about(found)}
        </span>
      </div>
      <ul className="partner-check-counts">
        {found.counts.map(({ verdict, count }) => {
          const { icon: Icon, tone } = verdictLook(verdict);
          const mine: Only = { by: 'verdict', value: verdict };
          return (
            <li key={verdict}>
              <button
                type="button"
                className="partner-check-count"
                disabled={count === 0}
                aria-pressed={isSame(only, mine)}
                title={t.partnerCheck.verdictText(verdict)}
                data-testid={testid.checkCount(verdict)}
                onClick={() => onOnly(mine)}
              >
                <strong>{formatCount(count)}</strong>
                <span className={`row small ${count > 0 ? `tone-text-${tone}` : 'faint'}`}>
                  <Icon size={13} strokeWidth={2.2} aria-hidden />
                  {t.partnerCheck.verdict(verdict)}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
      {found.rejected_total > 0 && (
        <p className="small costs" data-testid={testid.checkRejected}>
          {t.partnerCheck.rejected(
            found.rejected_total,
            t.partnerCheck.rejectedAt(found.rejected[0]?.number ?? 0),
          )}
        </p>
      )}
    </section>
  );
}

/** Theirs, ours and the difference, per currency. */
function Totals({ totals, payable }: { totals: readonly CheckTotal[]; payable: boolean }) {
  const names = t.partnerCheck.columns;
  return (
    <section className="card wide-table partner-check-table">
      <table className="plain-table">
        <thead>
          <tr>
            <th>{t.partnerCheck.sums}</th>
            <th className="num">{names.count}</th>
            <th className="num">{names.energyTheirs}</th>
            <th className="num">{names.energyOurs}</th>
            <th className="num">{names.theirs}</th>
            <th className="num">{names.ours}</th>
            <th className="num">{names.difference}</th>
          </tr>
        </thead>
        <tbody>
          {totals.map((total) => (
            <tr key={`${total.group} ${total.currency}`} data-testid={testid.checkTotal}>
              <td>{t.partnerCheck.group(total.group)}</td>
              <td className="num">{formatCount(total.cdrs)}</td>
              <td className="num">
                <Energy kwh={total.reported_kwh} />
              </td>
              <td className="num">
                <Energy kwh={total.held_kwh} />
              </td>
              <td className="num">
                <Net of={total.reported} currency={total.currency} />
              </td>
              <td className="num">
                <Net of={total.replayed} currency={total.currency} />
              </td>
              <td className="num">
                <Apart of={total.difference} currency={total.currency} payable={payable} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Energy({ kwh }: { kwh: string | null }) {
  return kwh === null ? <span className="faint">{t.none}</span> : formatQuantity(kwh, 3);
}
