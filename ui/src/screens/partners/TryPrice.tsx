/** What a made-up session costs: the total large, how it comes about, and its lines. */

import type { LineDto, TryAnswer } from '@/api/client';
import { FindingList } from '@/components/FindingList';
import { t } from '@/i18n';
import { formatMoney } from '@/lib/decimal';
import { testid } from '@/lib/testids';
import { formatLocal, formatLocalClock } from '@/lib/time';
import { dimensionName, formatUnitPrice, formatVolume, laneOf } from '@/lib/units';

export function TryPrice({ answer, stale }: { answer: TryAnswer; stale: boolean }) {
  const { currency, lines, findings } = answer;
  return (
    <div className="stack whatif-answer" aria-busy={stale}>
      <Total answer={answer} />
      <div className="words" data-testid={testid.tryText}>
        {answer.text.map((sentence, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same sentence may stand twice
          <p key={i}>{sentence}</p>
        ))}
      </div>
      {lines.length > 0 && <Lines lines={lines} currency={currency} />}
      {findings.length > 0 && <FindingList findings={findings} />}
    </div>
  );
}

function Total({ answer }: { answer: TryAnswer }) {
  const { currency, price } = answer;
  const net = price.total?.excl_vat ?? null;
  const gross = price.total?.incl_vat ?? null;
  const money = (amount: string | null) =>
    amount === null ? t.none : formatMoney({ amount, currency }, { exact: true });
  return (
    <div>
      <div className="try-total" role="status" data-testid={testid.tryTotal}>
        <p>
          <strong>{money(net)}</strong> <span className="muted">{t.excl}</span>
        </p>
        <p>
          <strong>{money(gross)}</strong> <span className="muted">{t.incl}</span>
        </p>
      </div>
      <p className="small muted">
        {formatLocal(answer.start_local)} – {formatLocal(answer.end_local)}
      </p>
    </div>
  );
}

function Lines({ lines, currency }: { lines: readonly LineDto[]; currency: string }) {
  return (
    <div className="wide-table">
      <table className="plain-table">
        <thead>
          <tr>
            <th>{t.tryIt.columns.time}</th>
            <th>{t.tryIt.columns.what}</th>
            <th className="num">{t.tryIt.columns.billed}</th>
            <th className="num">{t.tryIt.columns.price}</th>
            <th className="num">{t.tryIt.columns.amount}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
            <Line key={i} line={line} currency={currency} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Line({ line, currency }: { line: LineDto; currency: string }) {
  const amount = line.amount.excl_vat ?? line.amount.incl_vat;
  const flat = line.dimension === 'FLAT';
  return (
    <tr data-testid={testid.tryLine}>
      <td>
        {formatLocalClock(line.start_local)}
        {!flat && `–${formatLocalClock(line.end_local)}`}
      </td>
      <td>
        <span className={`lane-dot lane-${laneOf(line.dimension, line.phase)}`} aria-hidden />{' '}
        {dimensionName(line.dimension, line.phase)}
      </td>
      <td className="num">{formatVolume(line.dimension, line.billed)}</td>
      <td className="num">{formatUnitPrice(line, currency)}</td>
      <td className="num">
        {amount === null ? t.none : formatMoney({ amount, currency }, { exact: true })}
      </td>
    </tr>
  );
}
