/** Everything that changed an amount or a volume on the way: steps, limits, roundings, taxes. */

import type { CdrDetail } from '@/api/client';
import { t } from '@/i18n';
import { formatMoney, formatRate } from '@/lib/decimal';
import { testid } from '@/lib/testids';
import { dimensionName, formatVolume } from '@/lib/units';

interface Row {
  key: string;
  what: string;
  before: string;
  after: string;
}

function rows(detail: CdrDetail): Row[] {
  const { currency } = detail.row;
  const money = (amount: string) => formatMoney({ amount, currency }, { exact: true });
  const steps = detail.steps.map<Row>((step, i) => ({
    key: `step-${i}`,
    what: t.detail.stepRow(
      dimensionName(step.dimension),
      step.dimension === 'ENERGY' ? t.detail.stepWh(step.step) : t.detail.stepSeconds(step.step),
    ),
    before: formatVolume(step.dimension, step.before),
    after: formatVolume(step.dimension, step.after),
  }));
  const limits = detail.limits.map<Row>((limit, i) => ({
    key: `limit-${i}`,
    what: t.detail.limit(limit.kind, limit.gross),
    before: money(limit.before),
    after: money(limit.after),
  }));
  const roundings = detail.roundings
    .filter((rounding) => rounding.before !== rounding.after)
    .map<Row>((rounding, i) => ({
      key: `rounding-${i}`,
      what: t.detail.rounding(rounding.figure, rounding.gross),
      before: money(rounding.before),
      after: money(rounding.after),
    }));
  return [...steps, ...limits, ...roundings];
}

export function Roundings({ detail }: { detail: CdrDetail }) {
  const shown = rows(detail);
  const { currency } = detail.row;
  return (
    <div className="stack">
      {shown.length === 0 ? (
        <p className="muted">{t.detail.roundingsNone}</p>
      ) : (
        <table className="plain-table compact-table">
          <tbody>
            {shown.map((row) => (
              <tr key={row.key} data-testid={testid.roundingRow}>
                <td>{row.what}</td>
                <td className="num muted">{row.before}</td>
                <td className="num">→ {row.after}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {detail.rates.length > 0 && (
        <table className="plain-table compact-table">
          <tbody>
            {detail.rates.map((rate) => (
              <tr key={rate.vat ?? 'none'}>
                <td>{t.detail.rate(rate.vat === null ? null : formatRate(rate.vat))}</td>
                {[rate.amount.excl_vat, rate.amount.incl_vat].map((amount, i) => (
                  <td className="num" key={i === 0 ? 'net' : 'gross'}>
                    <span className="faint small">{i === 0 ? t.net : t.gross} </span>
                    {amount === null ? t.none : formatMoney({ amount, currency }, { exact: true })}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="small faint">{t.detail.policy(detail.policy)}</p>
    </div>
  );
}
