/** A made-up partner check, for looking at the screens without the core and for tests. */

import type {
  AmountDto,
  CheckCause,
  CheckedCdr,
  CheckedField,
  CheckField,
  PartnerCheck,
  PartnerCheckRequest,
  PartsDto,
} from '@/api/client';

function amount(excl_vat: string, incl_vat: string): AmountDto {
  return { excl_vat, incl_vat };
}

const NO_PARTS: PartsDto = {
  total: null,
  fixed: null,
  energy: null,
  time: null,
  parking: null,
  reservation: null,
};

function parts(total: AmountDto): PartsDto {
  return { ...NO_PARTS, total, energy: total };
}

function field(
  name: string,
  standing: string,
  reported: string | null,
  held: string | null,
  difference: string | null = null,
  period: number | null = null,
): CheckedField {
  return { field: name, period, standing, reported, held, difference };
}

function same(number: number): CheckedField[] {
  const id = `ELW-20261003-11883${number}`;
  return [
    field('id', 'equal', id, id),
    field('session_id', 'equal', `S-88${number}`, `S-88${number}`),
    field(
      'start_date_time',
      'equal',
      `2026-10-03T08:1${number}:00Z`,
      `2026-10-03T08:1${number}:00Z`,
      '0',
    ),
    field('currency', 'equal', 'EUR', 'EUR'),
    field('cdr_location.evse_id', 'equal', 'NL*ELW*E1042*1', 'NL*ELW*E1042*1'),
  ];
}

interface Made {
  verdict: string;
  theirs?: AmountDto;
  ours?: AmountDto;
  difference?: AmountDto;
  cause?: { code: string; text: string };
  fields?: CheckedField[];
}

function cdr(number: number, made: Made): CheckedCdr {
  const { verdict, theirs, ours } = made;
  return {
    verdict,
    by: theirs && ours ? 'id' : null,
    row: ours ? number : null,
    id: `ELW-20261003-11883${number}`,
    start_at: `2026-10-03T08:1${number}:00Z`,
    currency: 'EUR',
    reported: theirs ? parts(theirs) : NO_PARTS,
    replayed: ours ? parts(ours) : NO_PARTS,
    stated: ours ? parts(ours) : NO_PARTS,
    difference: made.difference ?? null,
    cause: made.cause ?? null,
    fields: theirs && ours ? [...same(number), ...(made.fields ?? [])] : [],
  };
}

const FACTS = {
  code: 'facts',
  text: 'matches if priced from their record: total_energy, charging_periods.ENERGY',
};
const TARIFF = {
  code: 'tariff',
  text: 'matches if priced with the tariff that their record carries',
};
const UNEXPLAINED = { code: 'unexplained', text: 'no change of reading gives their total' };

const OURS = amount('7.21', '8.7241');

const CDRS: CheckedCdr[] = [
  cdr(1, {
    verdict: 'differs',
    theirs: amount('8.61', '10.4181'),
    ours: OURS,
    difference: amount('1.4', '1.694'),
    cause: TARIFF,
    fields: [
      field('total_cost.excl_vat', 'differs', '8.61', '7.21', '1.4'),
      field('total_cost.incl_vat', 'differs', '10.4181', '8.7241', '1.694'),
      field('total_energy_cost.excl_vat', 'differs', '8.61', '7.21', '1.4'),
      field('tariffs.id', 'differs', 'ELW-AC-2', 'ELW-AC'),
    ],
  }),
  cdr(2, {
    verdict: 'differs',
    theirs: amount('7.81', '9.4501'),
    ours: OURS,
    difference: amount('0.6', '0.726'),
    cause: FACTS,
    fields: [
      field('total_energy', 'differs', '26.03', '24.03', '2'),
      field('total_cost.excl_vat', 'differs', '7.81', '7.21', '0.6'),
      field('total_cost.incl_vat', 'differs', '9.4501', '8.7241', '0.726'),
      field('charging_periods.ENERGY', 'differs', '26.03', '24.03', '2', 0),
    ],
  }),
  cdr(3, {
    verdict: 'differs',
    theirs: amount('7.00', '8.47'),
    ours: OURS,
    difference: amount('-0.21', '-0.2541'),
    cause: UNEXPLAINED,
    fields: [field('total_cost.excl_vat', 'differs', '7.00', '7.21', '-0.21')],
  }),
  cdr(4, {
    verdict: 'fields_differ',
    theirs: OURS,
    ours: OURS,
    difference: amount('0', '0'),
    fields: [
      field('total_time', 'differs', '1.5', '1', '0.5'),
      field('cdr_token.contract_id', 'only_held', null, 'NL-TAL-C12345678-9'),
      field('total_cost.incl_vat', 'within', '8.72', '8.7241', '-0.0041'),
    ],
  }),
  cdr(5, { verdict: 'only_reported', theirs: amount('4.10', '4.961') }),
  cdr(6, { verdict: 'only_held', ours: OURS }),
  cdr(7, { verdict: 'agrees', theirs: OURS, ours: OURS, difference: amount('0', '0') }),
  cdr(8, { verdict: 'agrees', theirs: OURS, ours: OURS, difference: amount('0', '0') }),
];

const VERDICTS = [
  'differs',
  'fields_differ',
  'not_compared',
  'only_reported',
  'only_held',
  'agrees',
];

function cause(why: { code: string; text: string }, worth: string): CheckCause {
  return { ...why, count: 1, difference: [{ amount: worth, currency: 'EUR' }] };
}

function tally(name: string, counts: Partial<CheckField>): CheckField {
  return {
    field: name,
    compared: 6,
    equal: 6,
    within: 0,
    differing: 0,
    only_held: 0,
    only_reported: 0,
    largest: null,
    ...counts,
  };
}

const FIELDS: CheckField[] = [
  tally('id', {}),
  tally('start_date_time', { largest: '0' }),
  tally('currency', {}),
  tally('cdr_token.contract_id', { compared: 5, equal: 5, only_held: 1 }),
  tally('total_energy', { equal: 5, differing: 1, largest: '2' }),
  tally('total_time', { equal: 5, differing: 1, largest: '0.5' }),
  tally('total_cost.excl_vat', { equal: 3, differing: 3, largest: '1.4' }),
  tally('total_cost.incl_vat', { equal: 3, within: 1, differing: 2, largest: '1.694' }),
  tally('tariffs.id', { equal: 5, differing: 1 }),
];

/** One CDR of each kind; in a sample nothing is missing in the partner's file. */
export function partnerCheck({ file, month }: PartnerCheckRequest): PartnerCheck {
  const cdrs = CDRS.filter((one) => month !== null || one.verdict !== 'only_held');
  const missing = amount('7.21', '8.7241');
  const alone = { currency: 'EUR', cdrs: 1, difference: null, reported_kwh: null, held_kwh: null };
  return {
    partner: file.partner ?? '',
    own: 'NL-TAL',
    month,
    file: 'elwijk-computed.ndjson',
    sha256: 'a31f0e6c99c4d1bb2b8f7c63c2a94d0d8dd9f1b96a7db2b1f6f3de5f7d4f1c22',
    format: 'ocpi_ndjson',
    verdict: 'differs',
    counts: VERDICTS.map((verdict) => ({
      verdict,
      count: cdrs.filter((one) => one.verdict === verdict).length,
    })),
    rejected: [{ number: 9, codes: ['json_broken'] }],
    rejected_total: 1,
    fields: FIELDS,
    totals: [
      {
        group: 'compared',
        currency: 'EUR',
        cdrs: 6,
        reported: amount('45.05', '54.5105'),
        replayed: amount('43.26', '52.3446'),
        stated: amount('43.26', '52.3446'),
        difference: amount('1.79', '2.1659'),
        reported_kwh: '146.18',
        held_kwh: '144.18',
      },
      {
        ...alone,
        group: 'only_reported',
        reported: amount('4.10', '4.961'),
        replayed: null,
        stated: null,
        reported_kwh: '13.67',
      },
      ...(month === null
        ? []
        : [
            {
              ...alone,
              group: 'only_held',
              reported: null,
              replayed: missing,
              stated: missing,
              held_kwh: '24.03',
            },
          ]),
    ],
    causes: [cause(TARIFF, '1.4'), cause(FACTS, '0.6'), cause(UNEXPLAINED, '-0.21')],
    cdrs,
    total: cdrs.length,
  };
}

/** What was written as a report. */
export const REPORT = { file: 'partner-check-NL-ELW.pdf', bytes: '48213', sha256: 'ab12' };

/** What a sample of ours holds. */
export const SAMPLED = {
  saved: { file: 'sample-NL-ELW-2026-10.json', bytes: '91422', sha256: 'cd34' },
  written: 50,
  of: 21_400,
};
