/** The time zones this platform knows, and the one somebody typed. */

import { safeZone } from './time';

/** The zones this platform can name; older ones name none. */
export const ZONES: readonly string[] =
  typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf('timeZone') : [];

/** The zone that was typed; null while it is none that is known. */
export function zoneOf(typed: string): string | null {
  const text = typed.trim();
  if (text === '') return null;
  const listed = ZONES.find((zone) => zone.toLowerCase() === text.toLowerCase());
  return listed ?? (safeZone(text) === text ? text : null);
}
