/** A made-up book for looking at the screens without the core. Never part of the built app. */

import type {
  BoardCell,
  BookInfo,
  CdrDetail,
  CdrFilter,
  CdrRowDto,
  CdrSort,
  CloseBoard,
  ColumnDto,
  FindingDto,
  ImportPreview,
  ImportResult,
  ImportSummary,
  InvoiceDetail,
  InvoiceSummary,
  JobState,
  LateDto,
  LineDto,
  PartnerDto,
  PeriodDto,
  ProblemKind,
  ReplayChange,
  ReplayFigures,
  ReplayTrial,
  SettleOverview,
  SheetPreview,
  TemplateSummary,
  TruthDto,
} from '@/api/client';
import { USUAL_THRESHOLDS } from '@/lib/thresholds';

/** Milli-units as a decimal string: the fake book counts in whole numbers only. */
export function milli(n: number): string {
  const sign = n < 0 ? '-' : '';
  const abs = Math.abs(Math.round(n));
  return `${sign}${Math.floor(abs / 1000)}.${String(abs % 1000).padStart(3, '0')}`;
}

/** Hundredths as a decimal string. */
export function cents(n: number): string {
  const sign = n < 0 ? '-' : '';
  const abs = Math.abs(Math.round(n));
  return `${sign}${Math.floor(abs / 100)}.${String(abs % 100).padStart(2, '0')}`;
}

function mix(n: number): number {
  let x = (n * 2654435761) >>> 0;
  x ^= x >>> 15;
  x = Math.imul(x, 2246822519) >>> 0;
  x ^= x >>> 13;
  return x >>> 0;
}

export const PARTNERS = [
  { key: 'NL-ELW', name: 'Elwijk Mobility B.V.' },
  { key: 'DE-RHS', name: 'Rheinstrom Ladenetz GmbH' },
  { key: 'BE-VLC', name: 'Vlaamse Laadpunten N.V.' },
];

const MONTHS = [
  '2026-10',
  '2026-09',
  '2026-08',
  '2026-07',
  '2026-06',
  '2026-05',
  '2026-04',
  '2026-03',
  '2026-02',
  '2026-01',
  '2025-12',
  '2025-11',
  '2025-10',
  '2025-09',
];

const PLACES = [
  'Stationsplein Noord',
  'Garage Koornmarkt',
  'Rastplatz Hünxe Ost',
  'Parkhaus am Dom',
  'Zwembad De Kuil',
  'Carpool Aalter',
  'Hafenstraße 12',
  'Jaarbeurs P3',
  'Kaufland Łódź Süd',
];

export const COUNT = 1_000_000;
const PER = [0, 1, 2];

function bucketOf(n: number): string {
  const r = mix(n + 77) % 1000;
  if (r < 868) return 'matched';
  if (r < 912) return 'differs';
  if (r < 928) return 'missing_session';
  if (r < 934) return 'duplicate';
  if (r < 956) return 'needs_tariff';
  if (r < 975) return 'accepted';
  return 'settled';
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}

/** Row `n` of the made-up book; always the same. */
export function cdrRow(n: number, accepted: ReadonlySet<number>): CdrRowDto {
  const r = mix(n);
  const partner = PARTNERS[PER[r % 3] ?? 0]?.key ?? 'NL-ELW';
  const month = MONTHS[Math.floor((n * 14) / COUNT)] ?? '2026-10';
  const day = 1 + (28 - Math.floor(((n * 14) % COUNT) / (COUNT / 28)));
  const hour = r % 24;
  const minute = (r >>> 5) % 60;
  const kwh = 2000 + (mix(n + 5) % 58_000);
  const replayed = Math.round((kwh * (29 + (r % 30))) / 1000);
  const bucket = accepted.has(n) ? 'accepted' : bucketOf(n);
  const off = bucket === 'differs' || accepted.has(n) ? (mix(n + 9) % 400) - 90 : 0;
  const priced = bucket !== 'needs_tariff';
  const date = `${month}-${two(Math.min(28, Math.max(1, day)))}`;
  return {
    row: n + 1,
    id: `${partner.slice(3)}-${date.replaceAll('-', '')}-${String(100_000 + (r % 900_000))}`,
    partner,
    start_local: `${date}T${two(hour)}:${two(minute)}:00+02:00`,
    start_at: `${date}T${two((hour + 22) % 24)}:${two(minute)}:00Z`,
    duration_s: 1200 + (mix(n + 3) % 9000),
    location: PLACES[r % PLACES.length] ?? '',
    evse: `${partner.replace('-', '*')}*E${String(1000 + (r % 400))}*${1 + (r % 2)}`,
    contract: `NL-TAL-C*****${two(r % 97)}`,
    energy_kwh: milli(kwh),
    currency: 'EUR',
    stated: cents(replayed + off),
    replayed: priced ? cents(replayed) : null,
    difference: priced ? cents(off) : null,
    bucket,
    severity:
      bucket === 'differs'
        ? 'error'
        : bucket === 'needs_tariff'
          ? 'error'
          : r % 41 === 0
            ? 'warning'
            : '',
    credit: r % 211 === 0,
  };
}

/** Positions that match; null stands for all of them in order. */
export function matching(filter: CdrFilter, accepted: ReadonlySet<number>): number[] | null {
  const nothing =
    JSON.stringify({ ...filter, partners: [], months: [] }) ===
    JSON.stringify({
      ...filter,
      partners: [],
      months: [],
      buckets: [],
      text: null,
      finding: null,
      difference_above: null,
      evse: null,
      import: null,
      invoice: null,
      energy_max: null,
      longer_than_h: null,
      credit: null,
    });
  if (nothing && filter.partners.length === 0 && filter.months.length === 0) return null;
  const found: number[] = [];
  const first = filter.months[0] ? MONTHS.indexOf(filter.months[0]) : 0;
  const from = filter.months[0] ? Math.ceil((first * COUNT) / 14) : 0;
  const to = filter.months[0] ? Math.ceil(((first + 1) * COUNT) / 14) : 200_000;
  if (first < 0) return [];
  const text = filter.text?.toLowerCase();
  for (let n = from; n < to; n += 1) {
    const row = cdrRow(n, accepted);
    if (filter.partners.length > 0 && !filter.partners.includes(row.partner)) continue;
    if (filter.buckets.length > 0 && !filter.buckets.includes(row.bucket)) continue;
    if (filter.credit !== null && row.credit !== filter.credit) continue;
    if (text && !`${row.id} ${row.location} ${row.evse}`.toLowerCase().includes(text)) continue;
    found.push(n);
  }
  return found;
}

export function sorted(list: number[] | null, sort: CdrSort, accepted: ReadonlySet<number>) {
  if (list === null || list.length > 60_000) return list;
  const key = (n: number) => {
    const row = cdrRow(n, accepted);
    if (sort.column === 'difference') return Math.abs(Number(row.difference ?? '0'));
    if (sort.column === 'stated') return Number(row.stated);
    if (sort.column === 'energy') return Number(row.energy_kwh);
    return -n;
  };
  const by = new Map(list.map((n) => [n, key(n)]));
  const sign = sort.descending ? -1 : 1;
  return [...list].sort((a, b) => sign * ((by.get(a) ?? 0) - (by.get(b) ?? 0)));
}

export const BOOK: BookInfo = {
  company: 'Tallinn Laadnet B.V.',
  party: 'NL-TAL',
  path: '/home/someone/demo.tallywatt',
  demo: true,
  months: MONTHS,
  partners: PARTNERS,
  cdrs: COUNT,
  version: '0.1.0',
};

const company = (name: string, city: string, country: string, vat: string) => ({
  name,
  street: 'Havenkade 8',
  city,
  postal_code: '1013 AP',
  country,
  vat_id: vat,
  email: 'settlement@example.com',
  iban: 'NL91 ABNA 0417 1643 00',
  bic: 'ABNANL2A',
});

export function partners(): PartnerDto[] {
  return PARTNERS.map((p, i) => ({
    key: p.key,
    company: company(p.name, 'Utrecht', p.key.slice(0, 2), `${p.key.slice(0, 2)}123456789B01`),
    currency: 'EUR',
    direction: i === 1 ? 'payable' : 'receivable',
    time_zone: 'Europe/Amsterdam',
    tolerance: '0.01',
    tolerances: { per_kwh: null, per_month: null, percent: null },
    thresholds: USUAL_THRESHOLDS,
    due_days: 30,
    taxable_dealer: false,
    sends_sessions: i !== 2,
    policy: {},
    truth: { energy: 'cdr', start: 'cdr', end: 'cdr' },
    missing: i === 2 ? ['vat_id'] : [],
  }));
}

const eur = (n: number) => ({ amount: cents(n), currency: 'EUR' });

export function board(month: string | null, partner: string | null): CloseBoard {
  const months = month ? [month] : MONTHS;
  return {
    rows: months.flatMap((m, mi) =>
      PARTNERS.filter((p) => !partner || p.key === partner).map((p, pi) => {
        const count = 21_000 + (mix(mi * 7 + pi) % 6000);
        const open = mi === 0;
        const cells: BoardCell[] = [
          { stage: 'imported', state: 'done', count, amounts: [eur(count * 1432)], blocked_by: [] },
          {
            stage: 'replayed',
            state: open && pi === 2 ? 'working' : 'done',
            count,
            amounts: [eur(count * 1431)],
            blocked_by: [],
          },
          {
            stage: 'reconciled',
            state: open && pi !== 0 ? 'blocked' : 'done',
            count: open && pi !== 0 ? count - 1219 : count,
            amounts: [eur(count * 1431)],
            blocked_by:
              open && pi !== 0
                ? [
                    { what: 'differs', count: 942, amounts: [eur(81_240)] },
                    { what: 'needs_tariff', count: 277 + pi, amounts: [eur(402_199)] },
                  ]
                : [],
          },
          {
            stage: 'draft',
            state: open ? (pi === 0 ? 'done' : 'waiting') : 'done',
            count: open && pi !== 0 ? 0 : 1,
            amounts: open && pi !== 0 ? [] : [eur(count * 1731)],
            blocked_by: [],
          },
          {
            stage: 'issued',
            state: open ? (pi === 0 ? 'blocked' : 'empty') : 'done',
            count: open ? 0 : 1,
            amounts: open ? [] : [eur(count * 1731)],
            blocked_by:
              open && pi === 0 ? [{ what: 'partner_incomplete', count: 1, amounts: [] }] : [],
          },
        ];
        return { partner: p, month: m, direction: pi === 1 ? 'payable' : 'receivable', cells };
      }),
    ),
  };
}

const FINDINGS: FindingDto[] = [
  {
    code: 'total_mismatch',
    severity: 'error',
    at: 'total_cost',
    params: { stated: '12.40', replayed: '11.85' },
  },
  {
    code: 'period_not_split',
    severity: 'warning',
    at: 'charging_periods[2]',
    params: { boundary: '18:00' },
  },
];

function amount(excl: string, incl: string) {
  return { excl_vat: excl, incl_vat: incl };
}

function volumesOf(energy: number): Record<string, string> {
  if (energy === 0) return { PARKING_TIME: '0.5' };
  return { ENERGY: milli(energy), TIME: '0.5' };
}

/** Whose figures count: nothing was signed, and session and CDR agree. */
function truth(row: CdrRowDto): TruthDto[] {
  const figure = (name: string, told: string, local: string | null): TruthDto => {
    const silent = (source: string, unfit: string) => ({
      source,
      told: null,
      local: null,
      unfit,
      detail: '',
    });
    const tells = (source: string) => ({ source, told, local, unfit: null, detail: '' });
    return {
      figure: name,
      order: 'cdr',
      sources: [
        silent('signed', 'not_signed'),
        silent('meter', 'no_register'),
        tells('session'),
        tells('cdr'),
      ],
      counts: 'cdr',
      difference: '0',
      differs: false,
    };
  };
  return [
    figure('energy', row.energy_kwh, null),
    figure('start', row.start_at, row.start_local),
    figure('end', row.start_at, row.start_local),
  ];
}

export function detail(row: CdrRowDto): CdrDetail {
  const kwh = [4200, 5100, 5350, 3900, 900, 0];
  const start = `${row.start_local.slice(0, 10)}T16:32`;
  const at = (minutes: number) => {
    const total = 16 * 60 + 32 + minutes;
    return `${start.slice(0, 11)}${two(Math.floor(total / 60) % 24)}:${two(total % 60)}:00+02:00`;
  };
  const choice = (
    dimension: string,
    element: number | null,
    passed: CdrDetail['periods'][0]['choices'][0]['passed'],
  ) => ({
    dimension,
    phase: 'use',
    element,
    passed,
  });
  const periods = kwh.map<PeriodDto>((energy, i) => ({
    start_at: `${start}:00Z`,
    start_local: at(i * 30),
    offset_s: i * 1800,
    length_s: 1800,
    energy_before_kwh: milli(kwh.slice(0, i).reduce((a, b) => a + b, 0)),
    volumes: volumesOf(energy),
    tariff: 0,
    choices: [
      choice(
        'ENERGY',
        energy === 0 ? null : i < 3 ? 0 : 1,
        i < 3
          ? [
              {
                element: 1,
                reason: 'earlier_element',
                field: null,
                demanded: null,
                found: null,
                earlier: 0,
              },
              {
                element: 2,
                reason: 'no_component',
                field: null,
                demanded: null,
                found: null,
                earlier: null,
              },
            ]
          : [
              {
                element: 0,
                reason: 'restricted',
                field: 'end_time',
                demanded: '18:00',
                found: '18:02',
                earlier: null,
              },
              {
                element: 2,
                reason: 'no_component',
                field: null,
                demanded: null,
                found: null,
                earlier: null,
              },
            ],
      ),
      choice('PARKING_TIME', energy === 0 ? 2 : null, [
        {
          element: 0,
          reason: 'no_component',
          field: null,
          demanded: null,
          found: null,
          earlier: null,
        },
      ]),
      ...(i === 0
        ? [
            choice('FLAT', 1, [
              {
                element: 0,
                reason: 'no_component',
                field: null,
                demanded: null,
                found: null,
                earlier: null,
              },
            ]),
          ]
        : []),
    ],
  }));
  const lines: LineDto[] = [
    {
      period: 0,
      start_local: at(0),
      end_local: at(30),
      phase: 'use',
      tariff: 0,
      element: 1,
      dimension: 'FLAT',
      measured: '1',
      billed: '1',
      unit_price: '0.50',
      vat: '21.0',
      amount: amount('0.50', '0.605'),
    },
    ...kwh.slice(0, 5).map<LineDto>((energy, i) => ({
      period: i,
      start_local: at(i * 30),
      end_local: at(i * 30 + 30),
      phase: 'use',
      tariff: 0,
      element: i < 3 ? 0 : 1,
      dimension: 'ENERGY',
      measured: milli(energy),
      billed: i === 4 ? milli(energy + 50) : milli(energy),
      unit_price: i < 3 ? '0.52' : '0.41',
      vat: '21.0',
      amount: amount(
        milli(Math.round((energy * (i < 3 ? 52 : 41)) / 100)),
        milli(Math.round((energy * (i < 3 ? 52 : 41) * 1.21) / 100)),
      ),
    })),
    {
      period: 5,
      start_local: at(150),
      end_local: at(180),
      phase: 'use',
      tariff: 0,
      element: 2,
      dimension: 'PARKING_TIME',
      measured: '0.5',
      billed: '0.5',
      unit_price: '1.20',
      vat: '21.0',
      amount: amount('0.60', '0.726'),
    },
  ];
  const none = null;
  const dear = row.bucket === 'differs';
  return {
    row: { ...row, duration_s: 10_800, start_local: at(0) },
    start_at: `${start.slice(0, 11)}14:32:00Z`,
    end_at: `${start.slice(0, 11)}17:32:00Z`,
    end_local: at(180),
    time_zone: 'Europe/Amsterdam',
    zone_source: 'location',
    session: `S-${row.id}`,
    place: 'Stationsplein 4, Utrecht, NLD',
    auth_method: 'WHITELIST',
    form: '2.2.1',
    stated: {
      total: amount(row.stated ?? '12.40', '15.00'),
      fixed: amount('0.50', '0.61'),
      energy: amount(dear ? '11.30' : '9.68', '13.67'),
      time: none,
      parking: amount('0.60', '0.73'),
      reservation: none,
    },
    replayed: {
      total: row.replayed === null ? none : amount(row.replayed, '14.34'),
      fixed: amount('0.5000', '0.6050'),
      energy: amount('9.6800', '11.7128'),
      time: none,
      parking: amount('0.6000', '0.7260'),
      reservation: none,
    },
    difference: {
      total: row.difference === null ? none : amount(row.difference, '0.66'),
      fixed: amount('0.0000', '0.0050'),
      energy: amount(dear ? '1.6200' : '0.0000', '1.9572'),
      time: none,
      parking: amount('0.0000', '0.0040'),
      reservation: none,
    },
    first_disagreement: dear ? 'energy' : null,
    verdict: row.replayed === null ? 'not_priced' : dear ? 'differs' : 'matches',
    measured: { energy_kwh: '19.450', time_h: '3.0', parking_h: '0.5', reservation_h: null },
    billed: { energy_kwh: '19.500', time_h: null, parking_h: '0.5', reservation_h: null },
    policy: ['rounding: per_total, 4, half_up', 'tax: per_rate'],
    tariffs: [
      {
        id: 'ELW-DAY-NIGHT-3',
        source: 'in_cdr',
        currency: 'EUR',
        min_price: null,
        max_price: null,
        elements: [
          {
            components: [{ dimension: 'ENERGY', price: '0.52', vat: '21.0', step: 1 }],
            restrictions: { start_time: '07:00', end_time: '18:00' },
          },
          {
            components: [
              { dimension: 'ENERGY', price: '0.41', vat: '21.0', step: 1 },
              { dimension: 'FLAT', price: '0.50', vat: '21.0', step: 1 },
            ],
            restrictions: {},
          },
          {
            components: [{ dimension: 'PARKING_TIME', price: '1.20', vat: '21.0', step: 300 }],
            restrictions: {},
          },
        ],
      },
    ],
    periods,
    lines,
    steps: [{ dimension: 'ENERGY', line: 5, step: 100, before: '19.450', after: '19.500' }],
    rates: [{ vat: '21.0', amount: amount('10.7890', '13.05469') }],
    limits: [],
    roundings: [
      { figure: 'total', index: null, gross: false, before: '10.78904', after: '10.7890' },
      { figure: 'total', index: null, gross: true, before: '13.054738', after: '13.0547' },
    ],
    findings: dear ? FINDINGS : [],
    history:
      row.bucket === 'accepted'
        ? [
            {
              seq: 118,
              at: '2026-11-20T09:14:00Z',
              actor: 'anna',
              verb: 'accept',
              object: row.id,
              reason: 'agreed by mail on 19 November',
              details: {},
              undoable: true,
              undone_by: null,
              hash: 'ab12',
            },
          ]
        : [],
    signed: null,
    truth: truth(row),
    siblings: [],
    invoice: null,
    kept: null,
    earlier: [],
    source: {
      import: 3,
      file: 'elwijk-2026-10.json.gz',
      sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      number: 4127,
      at: '2026-11-02T08:00:00Z',
      pulled: {
        url: 'https://ocpi.elwijk.example/2.2.1/cdrs?offset=4100&limit=100',
        request_id: '0c9f3c1e-4a52-4a0b-93d8-5c1f0a7e2b11',
        correlation_id: '5b0d8a42-77c1-4f0e-8a3e-1f2e9c6d4a90',
        answered: 'Mon, 02 Nov 2026 08:00:00 GMT',
      },
    },
    raw: `{"country_code":"NL","party_id":"ELW","id":"${row.id}","currency":"EUR","total_cost":{"excl_vat":12.40,"incl_vat":15.00},"charging_periods":[{"start_date_time":"${row.start_at}","dimensions":[{"type":"ENERGY","volume":4.2}]}]}`,
  };
}

export const IMPORT_RESULT: ImportResult = {
  id: null,
  file: 'vlaamse-laadpunten-okt.xlsx',
  kind: 'cdrs',
  format: 'xlsx',
  partner: 'BE-VLC',
  rows: 41_529,
  new: 41_200,
  known: 310,
  corrections: 12,
  rejected: 7,
  energy_kwh: '812345.678',
  totals: [{ currency: 'EUR', excl_vat: '324881.10', incl_vat: '393106.13' }],
  findings: { not_a_number: 5, missing_value: 2, local_time_assumed: 41_529 },
  rejects: [],
  state: 'finished',
};

export function column(letter: string, heading: string, field: string, samples: string[]) {
  return { heading, name: heading, letter, field, sign: null, unit: null, samples };
}

const figures = { sign: 'comma', unit: null };

export const COLUMNS: ColumnDto[] = [
  column('A', 'Laadsessie-ID', 'id', ['VLC-20261003-118833', 'VLC-20261003-118834']),
  column('B', 'Start', 'start_at', ['13/10/2026 08:14', '13/10/2026 09:02']),
  column('C', 'Einde', 'end_at', ['13/10/2026 09:31']),
  { ...column('D', 'kWh', 'energy', ['12,480', '7,310', 'n/a']), sign: 'comma', unit: 'kwh' },
  { ...column('E', 'Bedrag excl.', 'net', ['5,12', '3,40']), ...figures },
  column('F', 'Opmerking', '', ['geannuleerd']),
];

/** A spreadsheet that asks nothing. */
export function sheetPreview(): SheetPreview {
  return {
    name: 'CDRs',
    sheets: ['CDRs', 'Toelichting'],
    header: '3',
    grid: [
      { number: 1, cells: ['Vlaamse Laadpunten', '', '', '', '', ''] },
      { number: 2, cells: ['Oktober 2026', '', '', '', '', ''] },
      { number: 3, cells: COLUMNS.map((one) => one.heading) },
      { number: 4, cells: COLUMNS.map((one) => one.samples[0] ?? '') },
    ],
    fields: [...FIELDS],
    questions: [],
    template: null,
    templates: [],
    continues: null,
    has_records: true,
  };
}

const FIELDS = [
  'id',
  'session_id',
  'start_at',
  'end_at',
  'duration',
  'energy',
  'net',
  'gross',
  'currency',
  'evse',
  'contract',
  'remark',
];

export function preview(token: string, name: string, accepted: ReadonlySet<number>): ImportPreview {
  const sheet = name.endsWith('.xlsx');
  return {
    file: { token, name, bytes: '4812331' },
    format: sheet ? 'xlsx' : 'ocpi_json+gzip',
    kind: 'cdrs',
    ocpi: sheet ? null : '2.2.1',
    partner: PARTNERS[sheet ? 2 : 0] ?? null,
    needs_partner: false,
    evidence: sheet
      ? [
          {
            what: 'sheet',
            value: 'CDRs',
            because: 'most_fields',
            reason: 'most_fields',
            row: null,
            ambiguous: false,
          },
          {
            what: 'header',
            value: '3',
            because: 'Laadsessie-ID',
            reason: 'most_names',
            row: 3,
            ambiguous: false,
          },
          {
            what: 'date_order',
            value: 'day_first',
            because: '13/10/2026',
            reason: 'only_reading',
            row: 11,
            ambiguous: false,
          },
          {
            what: 'decimal_sign',
            value: 'comma',
            because: '12,480',
            reason: 'only_reading',
            row: 4,
            ambiguous: false,
          },
          {
            what: 'zone',
            value: 'Europe/Brussels',
            because: 'partner',
            reason: 'partner',
            row: null,
            ambiguous: false,
          },
        ]
      : [],
    columns: sheet ? COLUMNS : [],
    sheet: sheet ? sheetPreview() : null,
    rows: Array.from({ length: 24 }, (_, i) => {
      const row = cdrRow(i * 37, accepted);
      const bad = i === 5;
      return {
        number: i + 4,
        id: bad ? '' : row.id,
        kind: bad ? '' : 'cdr',
        start_at: row.start_at,
        end_at: row.start_at.replace(/T\d\d/, 'T23'),
        start_local: row.start_local,
        place: row.evse,
        energy_kwh: bad ? null : row.energy_kwh,
        excl_vat: bad ? null : { amount: row.stated ?? '0', currency: 'EUR' },
        incl_vat: null,
        findings: bad
          ? [
              {
                code: 'not_a_number',
                severity: 'fatal',
                at: 'CDRs, row 9, kWh',
                params: { value: 'n/a' },
              },
            ]
          : i === 11
            ? [
                {
                  code: 'zero_energy_with_cost',
                  severity: 'warning',
                  at: 'CDRs, row 15, kWh',
                  params: {},
                },
              ]
            : [],
      };
    }),
  };
}

export const TEMPLATES: TemplateSummary[] = [
  {
    name: 'Monthly',
    version: 2,
    fingerprint: '5f1c',
    kind: 'cdrs',
    columns: COLUMNS.filter((one) => one.field !== '').map(({ heading, field }) => ({
      heading,
      field,
    })),
    at: '2026-10-02T08:00:00Z',
    actor: 'anna',
  },
];

export function imports(): ImportSummary[] {
  return ['elwijk-2026-10.json.gz', 'rheinstrom_oktober.csv', 'vlaamse-laadpunten-sep.xlsx'].map(
    (file, i) => ({
      id: 3 - i,
      at: `2026-11-0${2 - Math.min(i, 1)}T08:1${i}:00Z`,
      actor: 'anna',
      sha256: '9f86d0',
      result: {
        ...IMPORT_RESULT,
        id: 3 - i,
        file,
        format: 'csv',
        state: i === 1 ? 'interrupted' : 'finished',
        rejected: i * 19,
        repaired: i * 6,
      },
    }),
  );
}

export const PROBLEM_KINDS: ProblemKind[] = [
  {
    code: 'not_a_number',
    severity: 'fatal',
    count: 5,
    samples: [
      {
        number: 9,
        cdr: null,
        id: '',
        finding: { code: 'not_a_number', severity: 'fatal', at: 'CDRs, row 9, kWh', params: {} },
      },
    ],
  },
  {
    code: 'energy_mismatch',
    severity: 'error',
    count: 310,
    samples: [
      {
        number: 12,
        cdr: 5,
        id: 'VLC-20261003-118833',
        finding: { code: 'energy_mismatch', severity: 'error', at: 'total_energy', params: {} },
      },
    ],
  },
  { code: 'schema_length', severity: 'info', count: 1204, samples: [] },
];

const LATE: LateDto = { month: '2026-08', cdrs: 3, net: [eur(4_120)] };

export function invoice(id: number, issued: ReadonlySet<number>): InvoiceSummary {
  const p = PARTNERS[id % 3] ?? PARTNERS[0] ?? { key: '', name: '' };
  const done = id >= 10 || issued.has(id);
  const net = 3_012_480 + id * 11_377;
  const reverse = id % 3 === 1;
  const vat = reverse ? 0 : Math.round(net * 0.21);
  return {
    id,
    number: done ? `2026-${String(100 + id).padStart(4, '0')}` : null,
    state: done ? 'issued' : 'draft',
    kind: 'invoice',
    partner: p,
    month: done && id >= 10 ? '2026-09' : '2026-10',
    currency: 'EUR',
    cdrs: 22_104 + id,
    energy_kwh: '412887.204',
    net: cents(net),
    taxes: [
      {
        category: reverse ? 'AE' : 'S',
        rate: reverse ? '0' : '21',
        base: cents(net),
        amount: cents(vat),
      },
    ],
    gross: cents(net + vat),
    late: id === 1 ? [LATE] : [],
    issued_on: done ? '2026-11-03' : null,
    due_on: done ? '2026-12-03' : null,
    blocking: id === 2 ? 1 : 0,
  };
}

export function settle(issued: ReadonlySet<number>, drafted: boolean): SettleOverview {
  const drafts = [0, 1, 2].map((id) => invoice(id, issued));
  return {
    ready: drafted
      ? []
      : [
          {
            partner: PARTNERS[1] ?? { key: '', name: '' },
            month: '2026-10',
            cdrs: 21_882,
            net: [eur(3_120_044)],
            late: [],
            open: 1219,
          },
        ],
    drafts: drafts.filter((one) => one.state === 'draft'),
    issued: [
      ...drafts.filter((one) => one.state === 'issued'),
      ...[10, 11, 12].map((id) => invoice(id, issued)),
    ],
  };
}

export function invoiceDetail(id: number, issued: ReadonlySet<number>): InvoiceDetail {
  const summary = invoice(id, issued);
  const tax = summary.taxes[0] ?? { category: 'S', rate: '21', base: '0', amount: '0' };
  return {
    summary,
    seller: company('Tallinn Laadnet B.V.', 'Amsterdam', 'NL', 'NL800000000B01'),
    buyer: company(summary.partner.name, 'Utrecht', 'NL', 'NL123456789B01'),
    lines: PLACES.map((location, i) => ({
      position: i + 1,
      location,
      place: 'Utrecht, NL',
      cdrs: 1200 + i * 137,
      energy_kwh: milli(24_100_000 + i * 811_377),
      net: cents(291_240 + i * 17_731),
      category: tax.category,
      rate: tax.rate,
      rule: 'V1',
      late_of: null,
    })),
    notes: tax.category === 'AE' ? ['Reverse charge'] : [],
    checks: [
      'not_empty',
      'not_negative',
      'vat_ids',
      'one_vat_scope',
      'companies_complete',
      'account_known',
      'total_equals_cdrs',
      'cdrs_agreed',
    ].map((code) => ({
      code,
      passed: !(summary.blocking > 0 && code === 'vat_ids'),
      blocking: true,
      params: (code === 'vat_ids' ? { missing: 'vat_id' } : {}) as Record<string, string>,
    })),
    pdf_sha256: null,
  };
}

export function job(change: Partial<JobState>): JobState {
  return {
    id: 1,
    kind: 'import',
    label: '',
    done: 0,
    total: 0,
    unit: 'records',
    findings: 0,
    state: 'running',
    problem: null,
    import: null,
    export: null,
    ...change,
  };
}

/** What replaying a partner-month again would change: three CDRs, one of them settled. */
export function replayTrial(partner: string | null, month: string | null): ReplayTrial {
  const figures = (excl_vat: string, difference: string): ReplayFigures => ({
    verdict: difference === '0' ? 'matches' : 'differs',
    excl_vat,
    incl_vat: null,
    difference,
    tariff: 3,
    time_zone: null,
    kept: null,
  });
  const change = (cdr: number, [before, after, by]: [string, string, string]): ReplayChange => ({
    cdr,
    id: cdrRow(cdr - 1, new Set()).id,
    start_at: '2026-10-02T08:00:00Z',
    currency: 'EUR',
    bucket: cdr === 3 ? 'settled' : 'matched',
    stated: before,
    before: figures(before, '0'),
    after: figures(after, `-${by}`),
    change: by,
  });
  return {
    partner: { key: partner ?? '', name: partner ?? '' },
    month: month ?? '',
    looked: 41_200,
    skipped: 39_996,
    priced: 1204,
    changed: 3,
    settled: 1,
    decided: 0,
    moves: [{ from: 'matches', to: 'differs', count: 3 }],
    sums: [
      {
        currency: 'EUR',
        count: 3,
        before: '12',
        after: '12.9',
        change: '0.9',
        difference_before: '0',
        difference_after: '-0.9',
      },
    ],
    sha256: 'a5'.repeat(32),
    rows: [
      change(1, ['4', '4.5', '0.5']),
      change(2, ['4', '4.2', '0.2']),
      change(3, ['4', '4.2', '0.2']),
    ],
  };
}
