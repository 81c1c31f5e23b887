/** Made-up spreadsheets: one that asks, one that drifted from its template, a table of chargers. */

import type {
  ChangeDto,
  ImportPreview,
  ImportRequest,
  ImportResult,
  PickedFile,
  PreviewRow,
  QuestionDto,
  RejectGroup,
  SheetPreview,
  TemplateUse,
} from '@/api/client';
import * as fake from './fake';

const NOBODY: ReadonlySet<number> = new Set();

function answered(changes: readonly ChangeDto[], what: string, column: string | null): boolean {
  return changes.some((one) => one.what === what && (column === null || one.column === column));
}

const MONTH_OR_DAY: QuestionDto = {
  what: 'date_order',
  column: 'Start',
  choices: ['day_first', 'month_first'],
  because: 'usual_there',
  row: 2,
  sample: '03/04/2026 08:00',
};

const SIGN: QuestionDto = {
  what: 'decimal_sign',
  column: 'kWh',
  choices: ['dot', 'comma'],
  because: 'usual_there',
  row: 2,
  sample: '1.234',
};

function sheetOf(over: Partial<SheetPreview>): SheetPreview {
  return { ...fake.sheetPreview(), ...over };
}

function previewOf(name: string, sheet: SheetPreview): ImportPreview {
  return { ...fake.preview(name, `${name}.xlsx`, NOBODY), sheet };
}

/** Asks for the order of dates and a decimal sign until both are answered. */
export function unclear({ changes, template }: Partial<ImportRequest>): ImportPreview {
  const said = changes ?? [];
  const questions = [
    ...(answered(said, 'date_order', null) ? [] : [MONTH_OR_DAY]),
    ...(answered(said, 'decimal_sign', 'kWh') ? [] : [SIGN]),
  ];
  const use = template ? { ...TEMPLATE, name: template } : null;
  const sheet = sheetOf({ questions, templates: ['Monthly', 'Yearly'], template: use });
  const shown = previewOf('unclear', sheet);
  const columns = shown.columns.map((column) => {
    const change = said.find((one) => one.what === 'column' && one.column === column.name);
    return change ? { ...column, field: change.value } : column;
  });
  return { ...shown, columns };
}

export const TEMPLATE: TemplateUse = {
  name: 'Monthly',
  version: 2,
  new_columns: [],
  gone_columns: [],
};

/** Read by a template that does not know one column and misses another. */
export function drifted({ changes }: Partial<ImportRequest>): ImportPreview {
  const said = changes ?? [];
  const about = (what: string, column: string): QuestionDto => ({
    what,
    column,
    choices: [],
    because: 'template',
    row: null,
    sample: null,
  });
  const isTaken = said.some((one) => one.what === 'column' && one.value === 'net');
  const questions = [
    ...(answered(said, 'column', 'Opmerking') ? [] : [about('new_column', 'Opmerking')]),
    ...(answered(said, 'column', 'Bedrag') || isTaken ? [] : [about('gone_column', 'Bedrag')]),
  ];
  const template = { ...TEMPLATE, new_columns: ['Opmerking'], gone_columns: ['Bedrag'] };
  return previewOf('drifted', sheetOf({ questions, template, templates: ['Monthly'] }));
}

/** Read by a template that fits. */
export function known(): ImportPreview {
  return previewOf('known', sheetOf({ template: TEMPLATE, templates: ['Monthly'] }));
}

/** The templates of the partner of [drifted]. */
export const KEPT = [
  {
    ...(fake.TEMPLATES[0] as (typeof fake.TEMPLATES)[0]),
    columns: [
      { heading: 'Start', field: 'start_at' },
      { heading: 'Bedrag', field: 'net' },
    ],
  },
];

const NO_TARIFF = 'no tariff of ours applies there: import our tariffs and locations';
const NO_PLACE = 'no location of ours has this station';

/** Chargers' transactions: every third becomes no CDR. */
export function transactions(): ImportPreview {
  const shown = fake.preview('ocpp', 'ocpp.log', NOBODY);
  const rows = shown.rows.map<PreviewRow>((row, i) => {
    if (i % 3 !== 2) return { ...row, findings: [] };
    const params = { trouble: 'no_tariff', text: i % 2 === 0 ? NO_TARIFF : NO_PLACE };
    const finding = { code: 'no_cdr_made', severity: 'fatal', at: 'record', params };
    return { ...row, id: '', kind: '', findings: [finding] };
  });
  return { ...shown, format: 'ocpp_log', kind: 'transactions', ocpi: null, rows };
}

function group(code: string, column: string, value: string, count: number): RejectGroup {
  const row = 5 + count;
  return { code, column, value, count, row, problem: 'In English.', how_to_fix: 'Mend it.' };
}

export const GROUPS: RejectGroup[] = [
  group('not_a_number', 'kWh', 'n/a', 26),
  group('not_a_date', 'Start', 'gisteren', 10),
  group('missing_value', 'Bedrag excl.', '', 2),
];

export const UNMADE: RejectGroup[] = [
  group('no_cdr_made', '', NO_TARIFF, 12),
  group('no_cdr_made', '', NO_PLACE, 3),
];

/** What a file with unreadable rows comes to. */
export function withRejects(groups: RejectGroup[], over: Partial<ImportResult> = {}): ImportResult {
  return { ...fake.IMPORT_RESULT, rejected: 38, groups, ...over };
}

/** Files for looking at each of these in a browser. */
export const FILES: PickedFile[] = [
  { token: 's1', name: 'vlaamse-laadpunten-okt.xlsx', bytes: '4812331' },
  { token: 's2', name: 'vlaamse-laadpunten-nov.xlsx', bytes: '4812331' },
  { token: 's3', name: 'chargers.log', bytes: '18812331' },
  { token: 's4', name: 'elwijk-2026-10.json.gz', bytes: '18812331' },
];

export function previewOfFile(request: ImportRequest): ImportPreview {
  const made: Record<string, () => ImportPreview> = {
    s1: () => unclear(request),
    s2: () => drifted(request),
    s3: () => transactions(),
  };
  const shown = made[request.token]?.() ?? fake.preview(request.token, 'october.gz', NOBODY);
  const file = FILES.find((one) => one.token === request.token) ?? shown.file;
  return { ...shown, file };
}

export function checkOfFile(token: string): ImportResult {
  if (token === 's3') return withRejects(UNMADE, { kind: 'transactions', rejected: 15 });
  return token === 's1' ? withRejects(GROUPS) : fake.IMPORT_RESULT;
}
