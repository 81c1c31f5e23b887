/** The results of a month with their counts and sums; one of them narrows the rows below. */

import type { StatedSum, StatementBucket, StatementMonth } from '@/api/client';
import { Amount, Differences } from '@/components/Figure';
import { t } from '@/i18n';
import { formatCount } from '@/lib/decimal';
import { testid } from '@/lib/testids';
import { lookOf } from './look';

interface VerdictsProps {
  compared: StatementMonth;
  chosen: string | null;
  onChoose: (verdict: string | null) => void;
  payable: boolean;
}

export function Verdicts({ compared, chosen, onChoose, payable }: VerdictsProps) {
  const names = t.statement.columns;
  const held = compared.buckets.filter((one) => one.count > 0 || one.verdict === chosen);
  return (
    <section className="card">
      <table className="plain-table statement-verdicts">
        <thead>
          <tr>
            <th>{names.verdict}</th>
            <th className="num">{names.rows}</th>
            <th className="num">{names.reported}</th>
            <th className="num">{names.stated}</th>
            <th className="num">{names.difference}</th>
          </tr>
        </thead>
        <tbody>
          {held.map((one) => (
            <tr key={one.verdict} data-testid={testid.statementVerdict(one.verdict)}>
              <td>
                <Choice bucket={one} chosen={chosen} onChoose={onChoose} />
              </td>
              <td className="num">{formatCount(one.count)}</td>
              <td className="num">
                <Nets sums={one.reported} />
              </td>
              <td className="num">
                <Nets sums={one.stated} />
              </td>
              <td className="num">
                <Differences
                  list={one.difference}
                  payable={payable}
                  words={t.statement.differenceWords}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface ChoiceProps {
  bucket: StatementBucket;
  chosen: string | null;
  onChoose: (verdict: string | null) => void;
}

function Choice({ bucket, chosen, onChoose }: ChoiceProps) {
  const { icon: Icon, tone } = lookOf(bucket.verdict);
  const pressed = chosen === bucket.verdict;
  return (
    <button
      type="button"
      className="chip chip-button"
      aria-pressed={pressed}
      title={t.statement.verdictText(bucket.verdict)}
      data-testid={testid.statementChoose(bucket.verdict)}
      onClick={() => onChoose(pressed ? null : bucket.verdict)}
    >
      <span className={`tone-text-${tone}`}>
        <Icon size={13} strokeWidth={2.2} aria-hidden />
      </span>
      {t.statement.verdict(bucket.verdict)}
    </button>
  );
}

function Nets({ sums }: { sums: readonly StatedSum[] }) {
  if (sums.length === 0) return <span className="faint">{t.none}</span>;
  return sums.map((sum) => (
    <div key={sum.currency}>
      <Amount money={{ amount: sum.excl_vat, currency: sum.currency }} />
    </div>
  ));
}
