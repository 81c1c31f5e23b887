/** The words and units of the priced dimensions. */

import type { LineDto } from '@/api/client';
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
