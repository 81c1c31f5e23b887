/** The session in local time: energy per period, one lane per priced dimension, tariff boundaries. */

import { useMemo } from 'react';
import type { CdrDetail, PeriodDto } from '@/api/client';
import { t } from '@/i18n';
import { formatQuantity } from '@/lib/decimal';
import { testid } from '@/lib/testids';
import { formatClock, formatLocalClock } from '@/lib/time';
import { dimensionName } from '@/lib/units';
import { type Mark, timelineModel } from './timelineModel';

const TOP = 18;
const BARS = 56;
const GAP = 8;
const LANE = 16;
const LANE_GAP = 5;
/** Room at the left for the names of the lanes. */
const NAMES = 92;

/** A place on the time axis: after the lane names, in per cent of what is left. */
function at(fraction: number): string {
  return `${(fraction * 100).toFixed(4)}%`;
}

export function Timeline({ detail }: { detail: CdrDetail }) {
  const model = useMemo(() => timelineModel(detail), [detail]);
  const clock = (mark: Mark) => clockAt(detail, mark.seconds);
  const bottom = TOP + BARS + GAP + model.lanes.length * (LANE + LANE_GAP);
  return (
    <figure className="timeline" data-testid={testid.timeline}>
      <div className="timeline-names" style={{ width: NAMES }} aria-hidden>
        <span style={{ top: TOP + BARS - 14 }}>{t.detail.power}</span>
        {model.lanes.map((lane, i) => (
          <span key={lane.lane} style={{ top: TOP + BARS + GAP + i * (LANE + LANE_GAP) - 1 }}>
            {dimensionName(lane.dimension, lane.phase)}
          </span>
        ))}
      </div>
      <svg className="timeline-plot" height={bottom} role="img" aria-label={t.detail.timeline}>
        {model.ticks.map((tick) => (
          <g key={tick.seconds}>
            <line
              x1={at(tick.left)}
              x2={at(tick.left)}
              y1={TOP - 3}
              y2={bottom}
              className="timeline-grid"
            />
            <text
              x={at(tick.left)}
              y={11}
              className="timeline-tick"
              textAnchor={tick.left < 0.04 ? 'start' : tick.left > 0.96 ? 'end' : 'middle'}
            >
              {clock(tick)}
            </text>
          </g>
        ))}
        <line x1="0" x2="100%" y1={TOP + BARS} y2={TOP + BARS} className="timeline-base" />
        {model.bars.map((bar) => (
          <rect
            key={bar.period}
            x={at(bar.left)}
            width={at(bar.width)}
            y={TOP + BARS - bar.height * BARS}
            height={Math.max(bar.height > 0 ? 2 : 0, bar.height * BARS)}
            className="timeline-bar"
          >
            <title>{periodText(detail.periods[bar.period])}</title>
          </rect>
        ))}
        {model.lanes.map((lane, i) => (
          <g key={lane.lane}>
            {lane.segments.map((segment) => {
              const y = TOP + BARS + GAP + i * (LANE + LANE_GAP);
              return (
                <g key={segment.period}>
                  <rect
                    x={at(segment.left)}
                    width={at(Math.max(segment.width, 0.006))}
                    y={y}
                    height={LANE}
                    rx={3}
                    className={`timeline-lane lane-${lane.lane}`}
                  >
                    <title>{t.detail.element(segment.element)}</title>
                  </rect>
                  {segment.width > 0.07 && (
                    <text
                      x={at(segment.left)}
                      dx={6}
                      y={y + 11.5}
                      className="timeline-element"
                      aria-hidden
                    >
                      {segment.width > 0.2
                        ? t.detail.element(segment.element)
                        : segment.element + 1}
                    </text>
                  )}
                </g>
              );
            })}
          </g>
        ))}
        {model.boundaries.map((mark) => (
          <g key={mark.seconds}>
            <line
              x1={at(mark.left)}
              x2={at(mark.left)}
              y1={TOP - 3}
              y2={bottom}
              className="timeline-boundary"
            >
              <title>{`${t.detail.boundary}: ${clock(mark)}`}</title>
            </line>
          </g>
        ))}
      </svg>
      <details className="timeline-table">
        <summary>{t.detail.timelineTable}</summary>
        <PeriodTable periods={detail.periods} />
      </details>
    </figure>
  );
}

/** The location's clock some seconds into the session; the zone knows about daylight saving. */
export function clockAt(detail: CdrDetail, seconds: number): string {
  const zone = detail.time_zone;
  const from = zone ? detail.start_at : `${detail.row.start_local.slice(0, 19)}Z`;
  const at = new Date(new Date(from).getTime() + seconds * 1000);
  return formatClock(at.toISOString(), zone || 'UTC');
}

function volumesText(period: PeriodDto): string {
  return Object.entries(period.volumes)
    .map(([name, volume]) => `${dimensionName(name)} ${formatQuantity(volume, 6)}`)
    .join(', ');
}

function periodText(period: PeriodDto | undefined): string {
  return period ? `${formatLocalClock(period.start_local)}: ${volumesText(period)}` : '';
}

function PeriodTable({ periods }: { periods: readonly PeriodDto[] }) {
  return (
    <table className="plain-table compact-table">
      <tbody>
        {periods.map((period) => (
          <tr key={period.offset_s}>
            <td className="nowrap">{formatLocalClock(period.start_local)}</td>
            <td>{volumesText(period)}</td>
            <td className="muted">
              {period.choices
                .filter((choice) => choice.element !== null)
                .map(
                  (choice) =>
                    `${dimensionName(choice.dimension, choice.phase)}: ${t.detail.element(choice.element ?? 0)}`,
                )
                .join(', ')}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
