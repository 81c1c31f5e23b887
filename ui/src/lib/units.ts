/** The words and units of the priced dimensions, and of what restricts a price. */

import type { ElementDto, LineDto } from '@/api/client';
import { t } from '@/i18n';
import { formatMoney, formatQuantity } from '@/lib/decimal';

/** Lanes and lines share one colour per dimension. */
export function laneOf(dimension: string, phase: string): string {
  if (phase === 'reservation') return 'reservation';
  switch (dimension) {
    case 'ENERGY':
      return 'energy';
    case 'TIME':
      return 'time';
    case 'PARKING_TIME':
      return 'parking';
    default:
      return 'flat';
  }
}

export function dimensionName(dimension: string, phase = 'use'): string {
  if (phase === 'reservation' && dimension !== 'FLAT') return t.dimension.RESERVATION_TIME ?? '';
  return t.dimension[dimension] ?? dimension;
}

/** "12.345 kWh", "1.25 h", "once". */
export function formatVolume(dimension: string, volume: string): string {
  if (dimension === 'FLAT') return t.detail.once;
  const unit = dimension === 'ENERGY' ? t.detail.kwh : t.detail.hours;
  return `${formatQuantity(volume, 6)} ${unit}`;
}

/** "€0.35 / kWh", "€2.00 once". */
export function formatPrice(dimension: string, amount: string, currency: string): string {
  const price = formatMoney({ amount, currency }, { exact: true });
  if (dimension === 'FLAT') return `${price} ${t.detail.once}`;
  return `${price} ${dimension === 'ENERGY' ? t.detail.perKwh : t.detail.perHour}`;
}

export function formatUnitPrice(line: LineDto, currency: string): string {
  return formatPrice(line.dimension, line.unit_price, currency);
}

/** When an element applies: "only 07:00–18:00, only on Monday"; empty for always. */
export function restrictionsText(element: ElementDto | undefined): string {
  if (!element) return '';
  const { start_time, end_time, ...others } = element.restrictions;
  // A window reads as one, whichever of its ends the tariff names first.
  const time: [string, string][] =
    start_time && end_time
      ? [['start_time', `${start_time}–${end_time}`]]
      : Object.entries({ start_time, end_time }).filter(
          (entry): entry is [string, string] => entry[1] !== undefined,
        );
  return [...time, ...Object.entries(others)]
    .map(([field, value]) => t.detail.restrictionText(field, value))
    .join(', ');
}
