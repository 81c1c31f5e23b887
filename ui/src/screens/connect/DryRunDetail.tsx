/** How the price of a CDR that would come in is made, and what is odd about it. */

import type { DryRunCdr, DryRunLine } from '@/api/client';
import { Amount } from '@/components/Figure';
import { FindingList } from '@/components/FindingList';
import { t } from '@/i18n';
import { formatClock } from '@/lib/time';
import { dimensionName, formatPrice, formatVolume, laneOf } from '@/lib/units';

export function DryRunDetail({ cdr }: { cdr: DryRunCdr }) {
  return (
    <div className="stack">
      {cdr.lines.length === 0 ? (
        <p className="muted">{t.connect.nothingPriced}</p>
      ) : (
        <Lines lines={cdr.lines} />
      )}
      {cdr.findings.length > 0 && <FindingList findings={cdr.findings} />}
    </div>
  );
}

function Lines({ lines }: { lines: readonly DryRunLine[] }) {
  const names = t.connect.lineColumns;
  return (
    <table className="plain-table compact-table">
      <thead>
        <tr>
          <th>{names.start}</th>
          <th>{names.what}</th>
          <th className="num">{names.billed}</th>
          <th className="num">{names.price}</th>
          <th className="num">{names.amount}</th>
          <th>{names.from}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
          <Line key={i} line={line} />
        ))}
      </tbody>
    </table>
  );
}

function Line({ line }: { line: DryRunLine }) {
  const { dimension, unit_price: price } = line;
  return (
    <tr>
      <td>{formatClock(line.start)}</td>
      <td className="nowrap">
        <span className={`lane-dot lane-${laneOf(dimension, 'use')}`} aria-hidden />{' '}
        {dimensionName(dimension)}
      </td>
      <td className="num">
        {formatVolume(dimension, line.billed)}
        {line.billed !== line.measured && (
          <span className="small faint">
            {' '}
            {t.connect.measured(formatVolume(dimension, line.measured))}
          </span>
        )}
      </td>
      <td className="num">{formatPrice(dimension, price.amount, price.currency)}</td>
      <td className="num">
        <Amount money={line.amount} exact />
      </td>
      <td className="small muted">{t.connect.element(line.tariff_id, line.element)}</td>
    </tr>
  );
}
