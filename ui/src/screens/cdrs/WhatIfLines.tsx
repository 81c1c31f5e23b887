/** Each priced line as it is beside as it would be; those that change stand out. */

import { useState } from 'react';
import type { AmountDto, LineDto, WhatIfLine } from '@/api/client';
import { Button } from '@/components/Button';
import { t } from '@/i18n';
import { formatMoney, isZero } from '@/lib/decimal';
import { testid } from '@/lib/testids';
import { formatLocalClock } from '@/lib/time';
import { dimensionName, formatUnitPrice, formatVolume, laneOf } from '@/lib/units';

/** Of more lines than this only those that change are shown, until all are asked for. */
const FIRST = 40;

/** How a line is made: "4.2 kWh × €0.52 / kWh". */
function sumText(line: LineDto, currency: string): string {
  const price = formatUnitPrice(line, currency);
  if (line.dimension === 'FLAT') return price;
  return `${formatVolume(line.dimension, line.billed)} × ${price}`;
}

function netOf(amount: AmountDto | undefined): string | null {
  return amount?.excl_vat ?? amount?.incl_vat ?? null;
}

/** Also a line that costs the same, but by another quantity or price. */
function changes(line: WhatIfLine, currency: string): boolean {
  const { now, supposed } = line;
  if (!now || !supposed || !isZero(netOf(line.change) ?? '0')) return true;
  return sumText(now, currency) !== sumText(supposed, currency);
}

export function WhatIfLines({ lines, currency }: { lines: WhatIfLine[]; currency: string }) {
  const [all, setAll] = useState(false);
  const changed = lines.filter((line) => changes(line, currency));
  const shown = all || lines.length <= FIRST ? lines : changed.slice(0, FIRST);
  return (
    <>
      <p className="small muted">{t.whatif.changed(changed.length, lines.length)}</p>
      {shown.length > 0 && (
        <table className="plain-table whatif-lines">
          <thead>
            <tr>
              <th>{t.whatif.line}</th>
              <th className="num">{t.whatif.now}</th>
              <th className="num">{t.whatif.supposed}</th>
              <th className="num">{t.whatif.change}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((line, i) => (
              <Row
                // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
                key={i}
                line={line}
                currency={currency}
                changed={changed.includes(line)}
              />
            ))}
          </tbody>
        </table>
      )}
      {shown.length < lines.length && (
        <Button variant="quiet" onClick={() => setAll(true)}>
          {`${t.all} ${lines.length}`}
        </Button>
      )}
    </>
  );
}

interface RowProps {
  line: WhatIfLine;
  currency: string;
  changed: boolean;
}

function Row({ line, currency, changed }: RowProps) {
  const one = line.now ?? line.supposed;
  const change = netOf(line.change);
  if (!one) return null;
  return (
    <tr
      className={changed ? 'whatif-changed' : 'muted'}
      data-testid={testid.whatifLine}
      data-changed={changed}
    >
      <td>
        <span className={`lane-dot lane-${laneOf(one.dimension, one.phase)}`} aria-hidden />{' '}
        {dimensionName(one.dimension, one.phase)}
        {one.dimension !== 'FLAT' && (
          <span className="whatif-sum">
            {formatLocalClock(one.start_local)}–{formatLocalClock(one.end_local)}
          </span>
        )}
      </td>
      <Side line={line.now} currency={currency} />
      <Side line={line.supposed} currency={currency} />
      <td className="num">
        {change === null
          ? t.none
          : formatMoney({ amount: change, currency }, { exact: true, signed: true })}
      </td>
    </tr>
  );
}

function Side({ line, currency }: { line: LineDto | null; currency: string }) {
  const amount = netOf(line?.amount);
  return (
    <td className="num">
      {amount === null ? t.none : formatMoney({ amount, currency }, { exact: true })}
      {line && <span className="whatif-sum">{sumText(line, currency)}</span>}
    </td>
  );
}
