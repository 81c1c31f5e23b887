/** Made-up causes, what-ifs and sentences, beside the made-up book of `fake.ts`. */

import type {
  CausesDto,
  CdrDetail,
  KeptDto,
  LineDto,
  PartsDto,
  SwitchDto,
  TariffVersionDto,
  WhatIf,
  WhatIfAnswer,
  WhatIfLine,
  WordsRequest,
} from '@/api/client';

const NO_PARTS = { fixed: null, energy: null, time: null, parking: null, reservation: null };

function total(net: string, gross: string): PartsDto {
  return { ...NO_PARTS, total: { excl_vat: net, incl_vat: gross } };
}

export function whatIf(cdr: number, change: Partial<WhatIf> = {}): WhatIf {
  return { cdr, policy: {}, time_zone: null, tariff: null, ...change };
}

export const SWITCHES: SwitchDto[] = [
  { name: 'element_lookup', readings: ['per_dimension', 'single_element'] },
  { name: 'infer_missing_time', readings: ['off', 'from_timestamps'] },
  { name: 'missing_tariff_id', readings: ['single_or_by_start', 'free'] },
  { name: 'wrap_weekday', readings: ['instant', 'window_start'] },
  {
    name: 'power_source',
    readings: [
      'extremes_then_average_then_energy',
      'treat_unknown_as_match',
      'treat_unknown_as_no_match',
    ],
  },
  { name: 'one_sided_extreme', readings: ['missing_side_unknown', 'stated_side_serves_both'] },
  { name: 'equal_window', readings: ['whole_day', 'never'] },
  { name: 'lone_midnight_end', readings: ['end_of_day', 'never'] },
  { name: 'period_split', readings: ['as_reported', 'split_linear'] },
  { name: 'period_order', readings: ['sorted_by_start', 'as_given'] },
  { name: 'hour_volume', readings: ['snap_to_period', 'as_stated'] },
  {
    name: 'step_mode',
    readings: ['session_last', 'per_dimension', 'combined_time', 'per_period', 'off'],
  },
  { name: 'step_basis', readings: ['billable', 'all'] },
  { name: 'flat_mode', readings: ['once_per_session', 'once_per_component', 'once_per_period'] },
  { name: 'station_pause', readings: ['as_reported', 'as_time', 'free'] },
  { name: 'limits_scope', readings: ['charging_session', 'any_cdr'] },
  { name: 'limits_tax', readings: ['separate', 'proportional'] },
  { name: 'time_price_unit', readings: ['hour', 'minute'] },
  { name: 'tier_mode', readings: ['marginal', 'whole'] },
  { name: 'credit_sign', readings: ['as_stated', 'negated'] },
  { name: 'rounding', readings: [] },
  { name: 'tax_stage', readings: ['per_rate', 'per_line'] },
];

export function causes(row: number): CausesDto {
  return {
    causes: [
      {
        text: 'matches if every period is rounded up to its step',
        fit: 'every',
        reproduced: total('12.40', '15.00'),
        whatif: whatIf(row, { policy: { step_mode: 'per_period' } }),
      },
      {
        text: 'matches if the hours of the tariff are read in UTC',
        fit: 'total',
        reproduced: total('12.40', '15.01'),
        whatif: whatIf(row, { time_zone: 'UTC' }),
      },
      {
        text: 'matches if energy was billed at the gross price',
        fit: 'total_nearly',
        reproduced: total('12.41', '15.02'),
        whatif: null,
      },
    ],
    equally_simple: 1,
    tried: 312,
  };
}

export const VERSIONS: TariffVersionDto[] = [
  {
    row: 31,
    id: 'ELW-DAY-NIGHT-3',
    updated_at: '2026-06-01T00:00:00Z',
    valid_from: '2026-06-01T00:00:00Z',
    valid_until: '2026-12-31T23:59:59Z',
  },
  { row: 12, id: 'ELW-DAY-NIGHT-2', updated_at: null, valid_from: null, valid_until: null },
];

/** As it is, but the first line of energy is billed by whole kWh. */
function lines(now: readonly LineDto[]): WhatIfLine[] {
  return now.map((line, i) => {
    if (i !== 1) return { now: line, supposed: line, change: { excl_vat: '0', incl_vat: '0' } };
    const amount = { excl_vat: '2.600', incl_vat: '3.146' };
    const supposed = { ...line, billed: '5', amount };
    return { now: line, supposed, change: { excl_vat: '0.416', incl_vat: '0.503' } };
  });
}

export function whatIfAnswer(question: WhatIf, detail: CdrDetail): WhatIfAnswer {
  const matches = question.policy.step_mode === 'per_period';
  return {
    policy: question.policy,
    time_zone: question.time_zone ?? detail.time_zone,
    tariff_ids: detail.tariffs.map((tariff) => tariff.id),
    now: total('11.98', '14.50'),
    supposed: matches ? total('12.40', '15.00') : total('12.05', '14.58'),
    change: matches ? total('0.42', '0.50') : total('0.07', '0.08'),
    difference: matches ? total('0.00', '0.00') : total('0.35', '0.42'),
    verdict: matches ? 'matches' : 'differs',
    lines: lines(detail.lines),
    findings: [],
  };
}

export function kept(what: WhatIf): KeptDto {
  return {
    decision: 41,
    actor: 'anna',
    at: '2026-11-20T09:14:00Z',
    reason: 'confirmed by mail on 19 November',
    what,
  };
}

const SENTENCES: Record<string, string[]> = {
  en: ['You charged 19.45 kWh at Stationsplein Noord.', 'That costs €11.98 without VAT.'],
  nl: ['Je laadde 19,45 kWh op Stationsplein Noord.', 'Dat kost € 11,98 zonder btw.'],
  de: ['Sie haben 19,45 kWh an Stationsplein Noord geladen.', 'Das kostet 11,98 € ohne MwSt.'],
  fr: ['Vous avez chargé 19,45 kWh à Stationsplein Noord.', 'Cela coûte 11,98 € hors TVA.'],
};

export function words({ language }: WordsRequest): string[] {
  return SENTENCES[language] ?? [];
}
