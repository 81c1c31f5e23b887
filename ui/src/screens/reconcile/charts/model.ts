/** Geometry of the charts. Amounts become numbers for drawing only; what is read is text. */

import type { CauseDay, ScatterPoint } from '@/api/client';

export interface Segment {
  cause: string;
  /** 0 to 1 from the top of the chart. */
  top: number;
  height: number;
}

export interface Column {
  day: string;
  segments: Segment[];
}

export interface Bars {
  columns: Column[];
  /** Where zero lies, 0 to 1 from the top. */
  zero: number;
}

/** Size of a cause on a day: CDRs, or the amount in one currency. */
export function sizeOf(one: CauseDay, currency: string | null): number {
  if (currency === null) return one.count;
  return Number(one.difference.find((money) => money.currency === currency)?.amount ?? '0');
}

/** Bars stacked by cause: what is above zero upwards, what is below downwards. */
export function stacked(
  days: readonly string[],
  causes: readonly CauseDay[],
  currency: string | null,
): Bars {
  const perDay = days.map((day) => causes.filter((one) => one.day === day));
  const reach = (sign: 1 | -1) =>
    Math.max(
      0,
      ...perDay.map((list) =>
        list.reduce((sum, one) => sum + Math.max(0, sign * sizeOf(one, currency)), 0),
      ),
    );
  const [up, down] = [reach(1), reach(-1)];
  const whole = up + down || 1;
  const zero = up / whole;
  const columns = perDay.map((list, i) => {
    let above = zero;
    let below = zero;
    const segments = list.map((one) => {
      const size = sizeOf(one, currency);
      const height = Math.abs(size) / whole;
      if (size >= 0) above -= height;
      else below += height;
      return { cause: one.cause, top: size >= 0 ? above : below - height, height };
    });
    return { day: days[i] ?? '', segments };
  });
  return { columns, zero };
}

/** The causes with most CDRs; the others share one colour. */
export function leading(causes: readonly CauseDay[], most: number): string[] {
  const counts = new Map<string, number>();
  for (const one of causes) counts.set(one.cause, (counts.get(one.cause) ?? 0) + one.count);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, most)
    .map(([cause]) => cause);
}

/** Where points lie, 0 to 1 on both axes from the lower left; one scale for both. */
export function plotted(points: readonly ScatterPoint[]) {
  const figures = points.flatMap((one) => [Number(one.stated), Number(one.replayed)]);
  const high = Math.max(1, ...figures);
  const low = Math.min(0, ...figures);
  const at = (text: string) => (Number(text) - low) / (high - low);
  return points.map((point) => ({ point, x: at(point.replayed), y: at(point.stated) }));
}
