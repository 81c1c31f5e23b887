/** Instants, months and durations as people read them. Instants arrive as RFC 3339 in UTC. */

import { userLocale } from './decimal';

const cache = new Map<string, Intl.DateTimeFormat>();

function formatter(options: Intl.DateTimeFormatOptions, locale = userLocale()) {
  const key = `${locale}|${JSON.stringify(options)}`;
  let found = cache.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(locale, options);
    cache.set(key, found);
  }
  return found;
}

/** A zone the platform knows, or UTC: an unknown zone must not break the screen. */
export function safeZone(zone: string | null | undefined): string {
  if (!zone) return 'UTC';
  try {
    formatter({ timeZone: zone }, 'en');
    return zone;
  } catch {
    return 'UTC';
  }
}

/** "3 Sept 2026, 14:05" in the given zone. */
export function formatInstant(iso: string, zone = 'UTC', locale?: string): string {
  const options: Intl.DateTimeFormatOptions = {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: safeZone(zone),
  };
  return formatter(options, locale).format(new Date(iso));
}

/** "3 Sept, 14:05": for columns where the year is clear. */
export function formatShortInstant(iso: string, zone = 'UTC', locale?: string): string {
  const options: Intl.DateTimeFormatOptions = {
    day: '2-digit',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: safeZone(zone),
  };
  return formatter(options, locale).format(new Date(iso));
}

/** "3 Sept 2026": the day of an instant in the given zone. */
export function formatDay(iso: string, zone = 'UTC', locale?: string): string {
  const options: Intl.DateTimeFormatOptions = {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: safeZone(zone),
  };
  return formatter(options, locale).format(new Date(iso));
}

/** "14:05" or "14:05:30". */
export function formatClock(iso: string, zone = 'UTC', seconds = false, locale?: string): string {
  const options: Intl.DateTimeFormatOptions = {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: safeZone(zone),
  };
  if (seconds) options.second = '2-digit';
  return formatter(options, locale).format(new Date(iso));
}

/** "3 Sept 2026" from a date such as "2026-09-03". */
export function formatDate(date: string, locale?: string): string {
  const options: Intl.DateTimeFormatOptions = {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  };
  return formatter(options, locale).format(new Date(`${date.slice(0, 10)}T00:00:00Z`));
}

/** "3 Sept" from a date or an instant, as written: where the year is clear. */
export function formatShortDate(date: string, locale?: string): string {
  const options: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', timeZone: 'UTC' };
  return formatter(options, locale).format(new Date(`${date.slice(0, 10)}T00:00:00Z`));
}

/** "September 2026" from "2026-09". */
export function formatMonth(month: string, style: 'long' | 'short' = 'long', locale?: string) {
  const options: Intl.DateTimeFormatOptions = { month: style, year: 'numeric', timeZone: 'UTC' };
  return formatter(options, locale).format(new Date(`${month}-01T00:00:00Z`));
}

/** Milliseconds between two instants. */
export function span(start: string, end: string): number {
  return new Date(end).getTime() - new Date(start).getTime();
}

/** "1 h 05 min", "12 min", "45 s". */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** The month before (-1) or after (+1) a month such as "2026-09". */
export function shiftMonth(month: string, by: number): string {
  const [year = 1970, number = 1] = month.split('-').map(Number);
  const shifted = year * 12 + (number - 1) + by;
  const text = String((shifted % 12) + 1).padStart(2, '0');
  return `${Math.floor(shifted / 12)}-${text}`;
}

/** True for text of the form 2026-09 with a month that exists. */
export function isMonth(text: string): boolean {
  return /^\d{4}-(0[1-9]|1[0-2])$/.test(text);
}

/** The wall clock of a `*_local` text: its offset is shown elsewhere, so it is left out here. */
function wallClock(local: string): string {
  return `${local.slice(0, 19)}Z`;
}

/** "3 Sept 2026, 14:05" as the clock at the location showed it. */
export function formatLocal(local: string, locale?: string): string {
  return formatInstant(wallClock(local), 'UTC', locale);
}

/** "03 Sept, 14:05" as the clock at the location showed it. */
export function formatShortLocal(local: string, locale?: string): string {
  return formatShortInstant(wallClock(local), 'UTC', locale);
}

/** "14:05" as the clock at the location showed it. */
export function formatLocalClock(local: string, locale?: string): string {
  const seconds = local.slice(17, 19) !== '00' && local.length >= 19;
  return formatClock(wallClock(local), 'UTC', seconds, locale);
}

const STEPS: readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** "3 hours ago", "in 2 days"; "now" within the minute. */
export function formatAgo(iso: string, now = new Date(), locale = userLocale()): string {
  const seconds = (new Date(iso).getTime() - now.getTime()) / 1000;
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const step = STEPS.find(([, size]) => Math.abs(seconds) >= size);
  if (!step) return words.format(0, 'second');
  return words.format(Math.round(seconds / step[1]), step[0]);
}

/** The zone of this computer. */
export function ownZone(): string {
  return safeZone(Intl.DateTimeFormat().resolvedOptions().timeZone);
}
