/** A made-up session as somebody types it, and the question it makes. */

import type { TryRequest } from '@/api/client';
import { zoneOf } from '@/lib/zones';

/** Every field as typed. */
export interface Typed {
  start: string;
  minutes: string;
  kwh: string;
  power: string;
  parking: string;
  /** Empty for the zone of the tariff's partner. */
  zone: string;
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}

/** An hour of charging this evening. */
export function thisEvening(now = new Date()): Typed {
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  return { start: `${day}T18:00`, minutes: '60', kwh: '20', power: '', parking: '0', zone: '' };
}

/** A decimal as the core reads it, whichever sign the reader types. */
function decimal(typed: string): string | null {
  return typed.trim().replace(',', '.') || null;
}

/** A whole number of minutes, a week of which has five digits; null where nothing is typed. */
function whole(typed: string): number | null | 'unclear' {
  const text = typed.trim();
  if (text === '') return null;
  return /^\d{1,5}$/.test(text) ? Number(text) : 'unclear';
}

export interface Asked {
  partner: string;
  version: string;
  language: string;
  /** The zone where none is typed. */
  time_zone: string;
}

/** The question; null while the start or the minutes are not clear. */
export function requestOf(typed: Typed, asked: Asked): TryRequest | null {
  const minutes = whole(typed.minutes);
  const parking = whole(typed.parking);
  if (typed.start === '' || minutes === 'unclear' || parking === 'unclear') return null;
  return {
    ...asked,
    start: typed.start.slice(0, 16),
    minutes,
    parking_minutes: parking ?? 0,
    kwh: decimal(typed.kwh),
    power_kw: decimal(typed.power),
    time_zone: zoneOf(typed.zone) ?? asked.time_zone,
  };
}
