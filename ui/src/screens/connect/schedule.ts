/** How often a partner can be pulled from. */

import { t } from '@/i18n';

/** Hours between pulls; null for pulls by hand only. */
export const EVERY: readonly (number | null)[] = [null, 1, 6, 12, 24];

/** The choices, with one that was set elsewhere among them. */
export function everyNames(current: number | null): [value: string, name: string][] {
  const all = EVERY.includes(current) ? EVERY : [...EVERY, current];
  return all.map((hours) => [everyValue(hours), t.connect.everyText(hours)]);
}

export function everyValue(hours: number | null): string {
  return hours === null ? '' : String(hours);
}

export function hoursOf(value: string): number | null {
  return value === '' ? null : Number(value);
}
