/**
 * The geometry of the session timeline: fractions of its width and height, nothing else. Volumes
 * become numbers here for drawing only; every figure that is read comes from the text.
 */

import type { CdrDetail, PeriodDto } from '@/api/client';
import { laneOf } from '@/lib/units';

export interface Bar {
  /** 0 to 1 from the left. */
  left: number;
  width: number;
  /** 0 to 1 of the highest. */
  height: number;
  period: number;
}

export interface Segment {
  left: number;
  width: number;
  element: number;
  period: number;
}

export interface Lane {
  /** energy, time, parking, flat, reservation. */
  lane: string;
  dimension: string;
  phase: string;
  segments: Segment[];
}

export interface Mark {
  left: number;
  /** Seconds from the start of the session. */
  seconds: number;
}

export interface TimelineModel {
  seconds: number;
  bars: Bar[];
  lanes: Lane[];
  ticks: Mark[];
  /** Where another element begins to apply. */
  boundaries: Mark[];
}

const STEPS = [60, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];
const MOST_TICKS = 7;

function energyOf(period: PeriodDto): number {
  return Math.max(0, Number(period.volumes.ENERGY ?? '0'));
}

/** Whole quarters, hours, … of the local clock that lie inside the session. */
export function ticksOf(startLocal: string, seconds: number): Mark[] {
  const step = STEPS.find((one) => seconds / one <= MOST_TICKS) ?? 86_400;
  const clock = startLocal.slice(11, 19).split(':').map(Number);
  const sinceMidnight = (clock[0] ?? 0) * 3600 + (clock[1] ?? 0) * 60 + (clock[2] ?? 0);
  const ticks: Mark[] = [];
  let at = (step - (sinceMidnight % step)) % step;
  while (at <= seconds && ticks.length <= MOST_TICKS) {
    ticks.push({ left: seconds === 0 ? 0 : at / seconds, seconds: at });
    at += step;
  }
  return ticks;
}

function chosen(period: PeriodDto): string {
  return period.choices
    .map((choice) => `${choice.dimension}/${choice.phase}=${choice.element ?? '-'}`)
    .join(';');
}

function lanesOf(detail: CdrDetail, x: (seconds: number) => number): Lane[] {
  const lanes = new Map<string, Lane>();
  const charged = new Set(detail.lines.map((l) => `${l.period}/${l.dimension}/${l.phase}`));
  detail.periods.forEach((period, index) => {
    for (const choice of period.choices) {
      if (choice.element === null) continue;
      if (!charged.has(`${index}/${choice.dimension}/${choice.phase}`)) continue;
      const lane = laneOf(choice.dimension, choice.phase);
      const found = lanes.get(lane) ?? {
        lane,
        dimension: choice.dimension,
        phase: choice.phase,
        segments: [],
      };
      lanes.set(lane, found);
      const left = x(period.offset_s);
      const width = x(period.length_s);
      const last = found.segments[found.segments.length - 1];
      const joins =
        last?.element === choice.element && Math.abs(last.left + last.width - left) < 1e-9;
      if (last && joins) last.width += width;
      else found.segments.push({ left, width, element: choice.element, period: index });
    }
  });
  return [...lanes.values()];
}

export function timelineModel(detail: CdrDetail): TimelineModel {
  const seconds = Math.max(1, detail.row.duration_s);
  const x = (at: number) => Math.min(1, Math.max(0, at / seconds));
  const powers = detail.periods.map((p) => (p.length_s > 0 ? energyOf(p) / p.length_s : 0));
  const highest = Math.max(...powers, 0);
  const bars = detail.periods.map<Bar>((period, index) => ({
    left: x(period.offset_s),
    width: x(period.length_s),
    height: highest === 0 ? 0 : (powers[index] ?? 0) / highest,
    period: index,
  }));
  const boundaries = detail.periods.flatMap<Mark>((period, index) => {
    const before = detail.periods[index - 1];
    if (!before || chosen(before) === chosen(period)) return [];
    return [{ left: x(period.offset_s), seconds: period.offset_s }];
  });
  return {
    seconds,
    bars,
    lanes: lanesOf(detail, x),
    ticks: ticksOf(detail.row.start_local, detail.row.duration_s),
    boundaries,
  };
}
