/** Each priced slice: measured → billed × unit price → amount, and why this element. */

import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { CdrDetail, ChoiceDto, LineDto, PassedDto } from '@/api/client';
import { Button } from '@/components/Button';
import { t } from '@/i18n';
import { formatMoney, formatRate } from '@/lib/decimal';
import { testid } from '@/lib/testids';
import { formatLocalClock } from '@/lib/time';
import {
  dimensionName,
  formatUnitPrice,
  formatVolume,
  laneOf,
  restrictionsText,
} from '@/lib/units';

/** More lines than this are shown on demand. */
const FIRST = 40;

export function PricedLines({ detail }: { detail: CdrDetail }) {
  const [all, setAll] = useState(false);
  if (detail.lines.length === 0) return <p className="muted">{t.detail.linesEmpty}</p>;
  const shown = all ? detail.lines : detail.lines.slice(0, FIRST);
  return (
    <>
      <ol className="lines">
        {shown.map((line, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
          <Line key={i} line={line} detail={detail} first={isFirst(detail.lines, i)} />
        ))}
      </ol>
      {shown.length < detail.lines.length && (
        <Button variant="quiet" onClick={() => setAll(true)}>
          {`${t.all} ${detail.lines.length}`}
        </Button>
      )}
    </>
  );
}

export function choiceOf(line: LineDto, detail: CdrDetail): ChoiceDto | undefined {
  return detail.periods[line.period]?.choices.find(
    (choice) => choice.dimension === line.dimension && choice.phase === line.phase,
  );
}

/** Reasons are told at the first line of an element; at its next lines they are on demand. */
function isFirst(lines: readonly LineDto[], index: number): boolean {
  const line = lines[index];
  return (
    lines.findIndex(
      (one) =>
        one.dimension === line?.dimension &&
        one.phase === line.phase &&
        one.tariff === line.tariff &&
        one.element === line.element,
    ) === index
  );
}

interface LineProps {
  line: LineDto;
  detail: CdrDetail;
  first: boolean;
}

function Line({ line, detail, first }: LineProps) {
  const [open, setOpen] = useState(first);
  const { currency } = detail.row;
  const amount = line.amount.excl_vat ?? line.amount.incl_vat;
  const choice = choiceOf(line, detail);
  const tariff = detail.tariffs[line.tariff];
  const stepped = line.measured !== line.billed && line.dimension !== 'FLAT';
  return (
    <li className="line" data-testid={testid.pricedLine}>
      <div className="line-main">
        <span className={`lane-dot lane-${laneOf(line.dimension, line.phase)}`} aria-hidden />
        <span className="line-name">
          {dimensionName(line.dimension, line.phase)}
          {line.dimension !== 'FLAT' && (
            <span className="small muted">
              {' '}
              {formatLocalClock(line.start_local)}–{formatLocalClock(line.end_local)}
            </span>
          )}
        </span>
        <strong className="num">
          {amount === null ? t.none : formatMoney({ amount, currency }, { exact: true })}
        </strong>
      </div>
      <div className="line-sub">
        <span>
          {line.dimension !== 'FLAT' && (
            <>
              {formatVolume(line.dimension, line.measured)}
              {stepped && (
                <>
                  {' → '}
                  <strong>{formatVolume(line.dimension, line.billed)}</strong>
                </>
              )}
              {' × '}
            </>
          )}
          {formatUnitPrice(line, currency)}
        </span>
        <span className="faint">
          {t.detail.rate(line.vat === null ? null : formatRate(line.vat))}
        </span>
      </div>
      <div className="line-sub">
        <button
          type="button"
          className="btn-link line-why"
          aria-expanded={open}
          disabled={!choice || choice.passed.length === 0}
          onClick={() => setOpen(!open)}
        >
          {choice && choice.passed.length > 0 && (
            <ChevronRight size={13} className={open ? 'turned' : undefined} aria-hidden />
          )}
          {t.detail.element(line.element)}
        </button>
        {tariff && detail.tariffs.length > 1 && (
          <span className="faint truncate">{t.detail.ofTariff(tariff.id)}</span>
        )}
        <span className="faint truncate">{restrictionsText(tariff?.elements[line.element])}</span>
      </div>
      {open && choice && choice.passed.length > 0 && (
        <ul className="reasons" data-testid={testid.pricedLineReasons}>
          {choice.passed.map((passed) => (
            <li key={passed.element}>
              <span className="muted">{t.detail.element(passed.element)}:</span>{' '}
              {reasonText(passed)}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

/** Why an element was passed over: "only from 18:00; it was 14:05". */
export function reasonText(passed: PassedDto): string {
  switch (passed.reason) {
    case 'no_component':
      return t.detail.noComponent;
    case 'earlier_element':
      return t.detail.earlier(passed.earlier ?? 0);
    case 'restricted':
      return t.detail.restricted(passed.field ?? '', passed.demanded ?? '', passed.found ?? '');
    default:
      return passed.reason;
  }
}
