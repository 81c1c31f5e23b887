/** A made-up partner's first CDRs, as they would be read and priced. */

import type { DryRunCdr, DryRunLine } from '@/api/client';

const eur = (amount: string) => ({ amount, currency: 'EUR' });

function lines(start: string): DryRunLine[] {
  const line = {
    start,
    dimension: 'ENERGY',
    measured: '19.45',
    billed: '19.45',
    unit_price: eur('0.52'),
    amount: eur('10.114'),
    tariff_id: 'DAY-NIGHT',
    element: 1,
  };
  return [
    {
      ...line,
      dimension: 'FLAT',
      measured: '1',
      billed: '1',
      unit_price: eur('0.50'),
      amount: eur('0.50'),
    },
    line,
    {
      ...line,
      dimension: 'PARKING_TIME',
      measured: '0.4',
      billed: '0.5',
      unit_price: eur('1.20'),
      amount: eur('0.60'),
      element: 3,
    },
  ];
}

function cdr(n: number, change: Partial<DryRunCdr> = {}): DryRunCdr {
  const start = `2026-11-${String(2 + n).padStart(2, '0')}T07:${String(10 + n)}:00Z`;
  return {
    id: `ELW-202611${String(2 + n).padStart(2, '0')}-${220_114 + n * 7}`,
    start,
    energy_kwh: `${11 + n}.450`,
    stated: eur('11.21'),
    replayed: eur('11.214'),
    difference: eur('0.00'),
    verdict: 'matches',
    cause: null,
    lines: lines(start),
    findings: [],
    ...change,
  };
}

export const DRY_RUN: readonly DryRunCdr[] = Array.from({ length: 20 }, (_, n) => {
  if (n === 3) {
    return cdr(n, {
      stated: eur('12.05'),
      difference: eur('0.84'),
      verdict: 'differs',
      cause: 'Parking billed from minute 0',
      findings: [
        { code: 'part_mismatch', severity: 'warning', at: 'total_parking_cost', params: {} },
      ],
    });
  }
  if (n === 8) {
    return cdr(n, {
      replayed: null,
      difference: null,
      verdict: 'not_priced',
      lines: [],
      findings: [{ code: 'tariff_missing', severity: 'error', at: 'tariffs', params: {} }],
    });
  }
  return cdr(n);
});
