/** The month in pictures: each opens its rows, and each is a table too. */

import { type ReactNode, useState } from 'react';
import {
  api,
  type CauseDay,
  type DayDto,
  type MonthCharts,
  type ReconcileMonth,
} from '@/api/client';
import { ProblemPanel } from '@/components/ProblemPanel';
import { t } from '@/i18n';
import { formatCount, formatMoney } from '@/lib/decimal';
import { useQuery } from '@/lib/query';
import { testid } from '@/lib/testids';
import { formatShortDate } from '@/lib/time';
import { type Scope, showRows } from '../state';
import { ChartTable } from './ChartTable';
import { leading, stacked } from './model';
import { ScatterChart } from './ScatterChart';

/** Size of the drawing; it is scaled to the page. */
const WIDE = 960;
const HIGH = 180;
const LANES = ['energy', 'time', 'parking', 'flat', 'reservation'];

export function ChartsTab({ month, scope }: { month: ReconcileMonth; scope: Scope }) {
  const key = `${scope.partner}/${scope.month}`;
  const charts = useQuery('reconcile', key, () => api.reconcileCharts(scope));
  return (
    <div className="page charts">
      {charts.problem && <ProblemPanel problem={charts.problem} onRetry={charts.reload} />}
      {charts.data && <CauseDays charts={charts.data} month={month} />}
      {charts.data && <MissingDays days={charts.data.days} />}
      <ScatterChart scope={scope} />
    </div>
  );
}

export interface ChartFrameProps {
  name: string;
  title: string;
  text: string;
  tools?: ReactNode;
  chart: ReactNode;
  table: ReactNode;
}

export function ChartFrame({ name, title, text, tools, chart, table }: ChartFrameProps) {
  const [asTable, setAsTable] = useState(false);
  return (
    <section className="card chart" aria-label={title} data-testid={testid.chart(name)}>
      <div className="row row-wrap">
        <div className="grow">
          <h2>{title}</h2>
          <p className="small muted">{text}</p>
        </div>
        {tools}
        <button
          type="button"
          className="btn btn-quiet"
          aria-pressed={asTable}
          onClick={() => setAsTable(!asTable)}
          data-testid={testid.chartAs(name)}
        >
          {asTable ? t.reconcile.charts.chart : t.reconcile.charts.table}
        </button>
      </div>
      {asTable ? <div className="wide-table">{table}</div> : chart}
    </section>
  );
}

/** A day's column that opens its rows; arrows move between days. */
function DayColumn(props: {
  name: string;
  day: string;
  x: number;
  wide: number;
  label: string;
  first: boolean;
  onOpen: (cause?: string) => void;
  children: ReactNode;
}) {
  const { name, day, x, wide, label, first, onOpen, children } = props;
  return (
    <g
      className="chart-day"
      role="button"
      tabIndex={first ? 0 : -1}
      aria-label={label}
      data-testid={testid.chartDay(name, day)}
      onClick={(event) => onOpen((event.target as SVGElement).dataset.cause)}
      onKeyDown={(event) => {
        const sibling =
          event.key === 'ArrowRight'
            ? 'nextElementSibling'
            : event.key === 'ArrowLeft'
              ? 'previousElementSibling'
              : null;
        if (event.key === 'Enter' || event.key === ' ') onOpen();
        else if (sibling) (event.currentTarget[sibling] as SVGElement | null)?.focus?.();
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <title>{label}</title>
      <rect className="chart-ground" x={x} y={0} width={wide} height={HIGH} />
      {children}
      {Number(day.slice(8)) % 2 === 1 && (
        <text className="chart-tick" x={x + wide / 2} y={HIGH + 16} textAnchor="middle">
          {Number(day.slice(8))}
        </text>
      )}
    </g>
  );
}

function CauseDays({ charts, month }: { charts: MonthCharts; month: ReconcileMonth }) {
  const { charts: words } = t.reconcile;
  const currencies = [
    ...new Set(charts.causes.flatMap((one) => one.difference.map((m) => m.currency))),
  ];
  const [currency, setCurrency] = useState<string | null>(null);
  const days = charts.days.map((one) => one.day);
  const first = leading(charts.causes, LANES.length);
  const nameOf = (key: string) => {
    const group = month.causes.find((one) => one.key === key);
    return group ? t.reconcile.causeName(group) : t.reconcile.causeKeyName(key);
  };
  const colour = (key: string) => {
    const lane = LANES[first.indexOf(key)];
    return lane ? `var(--lane-${lane})` : 'var(--neutral-solid)';
  };
  const label = (day: string) => {
    const parts = charts.causes
      .filter((one) => one.day === day)
      .map((one) => `${nameOf(one.cause)} ${sizeText(one, currency)}`);
    return words.dayOf(day, parts.length > 0 ? parts : [words.byCauseNone]);
  };
  const bars = stacked(days, charts.causes, currency);
  const step = WIDE / Math.max(1, days.length);
  return (
    <ChartFrame
      name="causes"
      title={words.byCause}
      text={words.byCauseText}
      tools={
        <div className="segmented">
          {[null, ...currencies].map((one) => (
            <button
              key={one ?? 'cdrs'}
              type="button"
              aria-pressed={currency === one}
              onClick={() => setCurrency(one)}
            >
              {one === null ? words.cdrs : words.money(one)}
            </button>
          ))}
        </div>
      }
      chart={
        <>
          <svg
            viewBox={`0 0 ${WIDE} ${HIGH + 22}`}
            className="chart-svg"
            role="group"
            aria-label={words.byCause}
          >
            {bars.columns.map((column, i) => (
              <DayColumn
                key={column.day}
                name="causes"
                day={column.day}
                x={i * step}
                wide={step}
                first={i === 0}
                label={label(column.day)}
                onOpen={(cause) =>
                  showRows(
                    cause ? { cause, day: column.day } : { bucket: 'differs', day: column.day },
                  )
                }
              >
                {column.segments.map((one) => (
                  <rect
                    key={one.cause}
                    x={i * step + 3}
                    y={one.top * HIGH}
                    width={step - 6}
                    height={Math.max(1, one.height * HIGH - 1)}
                    style={{ fill: colour(one.cause) }}
                    data-cause={one.cause}
                  />
                ))}
              </DayColumn>
            ))}
            <line
              className="chart-zero"
              x1={0}
              x2={WIDE}
              y1={bars.zero * HIGH}
              y2={bars.zero * HIGH}
            />
          </svg>
          <ul className="chart-legend">
            {first.map((key) => (
              <li key={key}>
                <span className="chart-swatch" style={{ background: colour(key) }} />
                {nameOf(key)}
              </li>
            ))}
          </ul>
        </>
      }
      table={<CauseTable causes={charts.causes} nameOf={nameOf} />}
    />
  );
}

function sizeText(one: CauseDay, currency: string | null): string {
  if (currency === null) return formatCount(one.count);
  const money = one.difference.find((found) => found.currency === currency);
  return money ? formatMoney(money, { signed: true }) : t.none;
}

function CauseTable({
  causes,
  nameOf,
}: {
  causes: readonly CauseDay[];
  nameOf: (key: string) => string;
}) {
  const { charts: words, columns } = t.reconcile;
  return (
    <ChartTable
      name="causes"
      head={[words.day, columns.cause, words.cdrs, columns.difference]}
      texts={2}
      rows={causes.map((one) => ({
        key: `${one.day}-${one.cause}`,
        onOpen: () => showRows({ cause: one.cause, day: one.day }),
        cells: [
          formatShortDate(one.day),
          nameOf(one.cause),
          formatCount(one.count),
          one.difference.map((money) => formatMoney(money, { signed: true })).join(' · '),
        ],
      }))}
    />
  );
}

/** More than half of a day's sessions without a CDR: hardly single mistakes. */
const isHole = (day: DayDto) => day.missing_cdrs * 2 > day.sessions;

function MissingDays({ days }: { days: readonly DayDto[] }) {
  const { charts: words } = t.reconcile;
  const most = Math.max(1, ...days.map((one) => one.sessions));
  const step = WIDE / Math.max(1, days.length);
  const label = (one: DayDto) =>
    words.dayOf(one.day, [
      `${words.sessions} ${formatCount(one.sessions)}`,
      `${words.missingCdrs} ${formatCount(one.missing_cdrs)}`,
    ]);
  return (
    <ChartFrame
      name="missing"
      title={words.missing}
      text={words.missingText}
      chart={
        <>
          {days.filter(isHole).map((one) => (
            <p key={one.day} className="callout tone-bad">
              {words.hole(one.day, one.missing_cdrs, one.sessions)}
            </p>
          ))}
          <svg
            viewBox={`0 0 ${WIDE} ${HIGH + 22}`}
            className="chart-svg"
            role="group"
            aria-label={words.missing}
          >
            {days.map((one, i) => {
              const all = (one.sessions / most) * HIGH;
              const missing = (one.missing_cdrs / most) * HIGH;
              return (
                <DayColumn
                  key={one.day}
                  name="missing"
                  day={one.day}
                  x={i * step}
                  wide={step}
                  first={i === 0}
                  label={label(one)}
                  onOpen={() => showRows({ bucket: 'missing_cdr', day: one.day })}
                >
                  <rect
                    className="chart-billed"
                    x={i * step + 3}
                    y={HIGH - all + missing}
                    width={step - 6}
                    height={Math.max(0, all - missing)}
                  />
                  <rect
                    className="chart-missing"
                    x={i * step + 3}
                    y={HIGH - all}
                    width={step - 6}
                    height={missing}
                  />
                </DayColumn>
              );
            })}
            <line className="chart-zero" x1={0} x2={WIDE} y1={HIGH} y2={HIGH} />
          </svg>
          <ul className="chart-legend">
            <li>
              <span className="chart-swatch chart-billed" />
              {words.billed}
            </li>
            <li>
              <span className="chart-swatch chart-missing" />
              {words.withoutCdr}
            </li>
          </ul>
        </>
      }
      table={<DayTable days={days} />}
    />
  );
}

function DayTable({ days }: { days: readonly DayDto[] }) {
  const { charts: words } = t.reconcile;
  return (
    <ChartTable
      name="missing"
      head={[words.day, words.cdrs, words.sessions, words.missingCdrs, words.missingSessions]}
      rows={days.map((one) => ({
        key: one.day,
        onOpen: () => showRows({ day: one.day }),
        cells: [
          formatShortDate(one.day),
          ...[one.cdrs, one.sessions, one.missing_cdrs, one.missing_sessions].map((n) =>
            formatCount(n),
          ),
        ],
      }))}
    />
  );
}
