/** CDRs of one station, stated against replayed: above the line more is stated. */

import { type MouseEvent, useState } from 'react';
import { api, isBucket, type Scatter, type ScatterPoint } from '@/api/client';
import { ProblemPanel } from '@/components/ProblemPanel';
import { Select } from '@/components/Select';
import { BUCKET_LOOK } from '@/components/Status';
import { t } from '@/i18n';
import { formatMoney } from '@/lib/decimal';
import { useQuery } from '@/lib/query';
import { testid } from '@/lib/testids';
import { type Scope, showRows } from '../state';
import { ChartFrame } from './ChartsTab';
import { ChartTable } from './ChartTable';
import { plotted } from './model';

const SIDE = 320;
const ROWS = 200;

export function ScatterChart({ scope }: { scope: Scope }) {
  const [evse, setEvse] = useState<string | null>(null);
  const request = { ...scope, evse };
  const found = useQuery('reconcile', JSON.stringify(request), () => api.reconcileScatter(request));
  if (found.problem) return <ProblemPanel problem={found.problem} onRetry={found.reload} />;
  if (!found.data) return null;
  return <Plot scatter={found.data} onEvse={setEvse} />;
}

function Plot({ scatter, onEvse }: { scatter: Scatter; onEvse: (evse: string) => void }) {
  const { charts: words } = t.reconcile;
  const currencies = [...new Set(scatter.points.map((one) => one.currency))];
  const [chosen, setCurrency] = useState<string | null>(null);
  const currency = chosen && currencies.includes(chosen) ? chosen : currencies[0];
  const points = scatter.points.filter((one) => one.currency === currency);
  const names = scatter.evses.map((one) => [one.name, `${one.name} (${one.count})`] as const);
  const listed = names.some(([name]) => name === scatter.evse);
  const open = (cdr: string | undefined) => {
    if (cdr) showRows({ evse: scatter.evse, row: `c${cdr}` });
  };
  return (
    <ChartFrame
      name="scatter"
      title={words.scatter}
      text={words.scatterText}
      tools={
        <>
          {currencies.length > 1 && currency && (
            <Select
              label={words.currency}
              value={currency}
              names={currencies.map((one) => [one, one] as const)}
              onValue={setCurrency}
              testId="scatter-currency"
            />
          )}
          <div className="scatter-choice">
            <Select
              label={words.station}
              value={scatter.evse}
              names={listed ? names : [[scatter.evse, scatter.evse], ...names]}
              onValue={onEvse}
              testId={testid.scatterStation}
            />
          </div>
        </>
      }
      chart={
        points.length === 0 ? (
          <p className="muted">{words.scatterNone}</p>
        ) : (
          <Points points={points} onOpen={open} />
        )
      }
      table={<PointTable points={points} onOpen={open} />}
    />
  );
}

function textOf(point: ScatterPoint): string {
  const money = (amount: string) => formatMoney({ amount, currency: point.currency });
  return t.reconcile.charts.point(point.id, money(point.stated), money(point.replayed));
}

interface PointsProps {
  points: readonly ScatterPoint[];
  onOpen: (cdr: string | undefined) => void;
}

function Points({ points, onOpen }: PointsProps) {
  const { columns, charts: words } = t.reconcile;
  const onClick = (event: MouseEvent) => onOpen((event.target as SVGElement).dataset.cdr);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the table beside it has the keys
    <svg
      viewBox={`-46 -8 ${SIDE + 60} ${SIDE + 40}`}
      className="scatter-svg"
      role="img"
      aria-label={words.scatter}
      onClick={onClick}
    >
      <rect className="chart-ground" x={0} y={0} width={SIDE} height={SIDE} />
      <line className="chart-zero" x1={0} y1={SIDE} x2={SIDE} y2={0} />
      {plotted(points).map(({ point, x, y }) => (
        <circle
          key={point.cdr}
          className={`chart-point tone-text-${isBucket(point.bucket) ? BUCKET_LOOK[point.bucket].tone : 'neutral'}`}
          cx={x * SIDE}
          cy={SIDE - y * SIDE}
          r={5}
          data-cdr={point.cdr}
          data-testid={testid.chartPoint}
        >
          <title>{textOf(point)}</title>
        </circle>
      ))}
      <text className="chart-tick" x={SIDE / 2} y={SIDE + 22} textAnchor="middle">
        {columns.replayed}
      </text>
      <text
        className="chart-tick"
        x={-SIDE / 2}
        y={-14}
        textAnchor="middle"
        transform="rotate(-90)"
      >
        {columns.stated}
      </text>
    </svg>
  );
}

function PointTable({ points, onOpen }: PointsProps) {
  const { columns, charts: words } = t.reconcile;
  return (
    <>
      <ChartTable
        name="scatter"
        head={[columns.id, columns.stated, columns.replayed]}
        rows={points.slice(0, ROWS).map(({ cdr, id, stated, replayed, currency }) => ({
          key: String(cdr),
          onOpen: () => onOpen(String(cdr)),
          cells: [id, ...[stated, replayed].map((amount) => formatMoney({ amount, currency }))],
        }))}
      />
      {points.length > ROWS && <p className="small muted">{words.firstOf(ROWS, points.length)}</p>}
    </>
  );
}
