/** Made-up tariffs with their versions, prices of sessions and inferred readings. */

import type {
  ElementDto,
  InferRequest,
  InferredDto,
  LineDto,
  TariffRequest,
  TariffSummary,
  TariffVersionView,
  TariffView,
  TryAnswer,
  TryRequest,
} from '@/api/client';

export function tariffs(partner: string): TariffSummary[] {
  if (partner === 'BE-VLC') return [];
  return [
    {
      id: 'DAY-NIGHT',
      currency: 'EUR',
      kind: 'REGULAR',
      versions: 3,
      prices: '0.52/kWh · 0.41/kWh · 1.20/h',
      updated_at: '2026-09-01T00:00:00Z',
      faults: 1,
    },
    {
      id: 'AD-HOC-1',
      currency: 'EUR',
      kind: 'AD_HOC_PAYMENT',
      versions: 1,
      prices: '0.69/kWh',
      updated_at: null,
      faults: 0,
    },
  ];
}

function energy(price: string, restrictions: Record<string, string> = {}): ElementDto {
  return { components: [{ dimension: 'ENERGY', price, vat: '21.0', step: 1 }], restrictions };
}

const WORDS: Record<string, (price: string) => string> = {
  en: (price) => `Energy costs €${price} per kWh, excluding VAT.`,
  nl: (price) => `Energie kost € ${price} per kWh, zonder btw.`,
  de: (price) => `Energie kostet ${price} € je kWh, ohne MwSt.`,
  fr: (price) => `L’énergie coûte ${price} € par kWh, hors TVA.`,
};

interface Told {
  version: string;
  day: string | null;
  price: string;
  cdrs: number;
}

function version(told: Told, request: TariffRequest): TariffVersionView {
  const { day, price } = told;
  return {
    version: told.version,
    source: day === null ? 'in_cdr' : 'published',
    updated_at: day && `${day}T00:00:00Z`,
    valid_from: day && `${day}T00:00:00Z`,
    valid_until: null,
    used: told.cdrs > 0 ? ['2026-06-03T08:12:00Z', '2026-10-28T17:40:00Z'] : null,
    cdrs: told.cdrs,
    more: told.cdrs > 10_000,
    tariff: {
      id: request.id,
      source: 'published',
      currency: 'EUR',
      min_price: null,
      max_price: null,
      elements: [energy(price, { start_time: '07:00', end_time: '23:00' }), energy('0.41')],
    },
    words: [(WORDS[request.language] ?? WORDS.en)?.(price) ?? ''],
    changes: [],
    faults: [],
  };
}

export function tariff(request: TariffRequest): TariffView {
  const first = version({ version: 'seen:4', day: null, price: '0.45', cdrs: 118 }, request);
  const second = version(
    { version: 'stored:12', day: '2026-06-01', price: '0.49', cdrs: 20_000 },
    request,
  );
  const third = version(
    { version: 'stored:31', day: '2026-09-01', price: '0.52', cdrs: 0 },
    request,
  );
  return {
    id: request.id,
    partner: request.partner,
    time_zone: 'Europe/Amsterdam',
    versions: [
      first,
      { ...second, changes: ['Energy by day: 0.45 → 0.49 per kWh.'] },
      {
        ...third,
        changes: ['Energy by day: 0.49 → 0.52 per kWh.', 'Day now ends at 23:00, not 22:00.'],
        faults: [
          {
            code: 'no_fallback',
            severity: 'warning',
            at: 'elements[1].restrictions',
            text: 'No element has a price for parking, so parking is free; say so if it is not.',
          },
        ],
      },
    ],
  };
}

function line(start: string, change: Partial<LineDto>): LineDto {
  return {
    period: 0,
    start_local: `${start}:00+02:00`,
    end_local: `${start.slice(0, 11)}19:00:00+02:00`,
    phase: 'use',
    tariff: 0,
    element: 0,
    dimension: 'ENERGY',
    measured: '20',
    billed: '20',
    unit_price: '0.52',
    vat: '21.0',
    amount: { excl_vat: '10.40', incl_vat: '12.584' },
    ...change,
  };
}

export function tried(request: TryRequest): TryAnswer {
  const given = [request.minutes, request.kwh, request.power_kw].filter((one) => one !== null);
  if (given.length !== 2) {
    const text = 'session: give two of minutes (or end), kwh and power';
    throw { code: 'bad_request', retry: 'after_change', text, params: {} };
  }
  const total = { excl_vat: '10.40', incl_vat: '12.58' };
  const none = { fixed: null, time: null, parking: null, reservation: null };
  return {
    currency: 'EUR',
    start_local: `${request.start}:00+02:00`,
    end_local: `${request.start.slice(0, 11)}19:00:00+02:00`,
    energy_kwh: '20',
    price: { total, energy: total, ...none },
    billed: { energy_kwh: '20', time_h: null, parking_h: null, reservation_h: null },
    lines: [line(request.start, {})],
    text: ['You charge 20 kWh in an hour.', 'At €0.52 per kWh that is €10.40 without VAT.'],
    findings: [
      {
        code: 'period_not_split',
        severity: 'warning',
        at: 'charging_periods[0]',
        params: { boundary: '18:00' },
      },
    ],
  };
}

export function inferred(request: InferRequest): InferredDto {
  if (request.partner === 'DE-RHS') {
    return {
      changes: {},
      policy: {},
      explained: 812,
      with_parts: 812,
      before: 812,
      of: 812,
      held: 812,
      text: 'The readings agreed explain 812 of 812 CDRs; no other explains more.',
    };
  }
  return {
    changes: { step_mode: 'per_period' },
    policy: { step_mode: 'per_period', rounding: 'per_total,2,half_up' },
    explained: 1871,
    with_parts: 1860,
    before: 1204,
    of: 2000,
    held: 21_406,
    text: 'Rounding every period up to its step explains 1871 of 2000 CDRs.',
  };
}
