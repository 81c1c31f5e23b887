/** How spreadsheets are read: questions, columns, templates, errors by kind, rows to repair. */

import type { ChangeDto, EvidenceDto, QuestionDto } from '@/api/client';
import { formatCount } from '@/lib/decimal';
import { bothDates, isDecisive, leadingFigure, onlyDigits } from '@/lib/readings';
import { fieldGroups, fieldName } from './fields.en';
import { many } from './many.en';

const values: Record<string, Record<string, string>> = {
  kind: {
    cdrs: 'CDRs',
    sessions: 'Sessions',
    statement: 'Partner statement',
    transactions: 'Charger transactions',
  },
  date_order: {
    day_first: 'Day first (31/12)',
    month_first: 'Month first (12/31)',
    year_first: 'Year first',
  },
  decimal_sign: { dot: 'Dot (1.5)', comma: 'Comma (1,5)' },
  energy_unit: { wh: 'Wh', kwh: 'kWh', mwh: 'MWh' },
  duration_unit: { second: 'Seconds', minute: 'Minutes', hour: 'Hours' },
  zone: {
    in_text: 'As each time says itself',
    by_column: 'As a column says',
    partner: 'Local time of the partner',
  },
  amount: { net: 'Without VAT', gross: 'With VAT' },
  record_id: { column: 'The id in its column', content: 'What the row says' },
  separator: { semicolon: 'Semicolons', comma: 'Commas', tab: 'Tabs', bar: 'Vertical bars' },
  encoding: {
    'utf-8': 'UTF-8',
    'utf-16le': 'UTF-16',
    'utf-16be': 'UTF-16',
    'windows-1252': 'Windows-1252',
  },
};

function value(what: string, code: string): string {
  if (what === 'column' || what === 'instead') return code === '' ? 'not used' : fieldName(code);
  return values[what]?.[code] ?? code.replaceAll('_', ' ');
}

const kindText: Record<string, string> = {
  cdrs: 'CDRs: each row is billed',
  sessions: 'Sessions: what was charged, not what is billed',
  statement: 'A partner statement: what the partner says it bills or pays',
  transactions: 'Charger transactions: CDRs are made of them by our tariffs',
};

/** "in column Start", or nothing. */
function inColumn(column: string | null): string {
  return column ? ` in column “${column}”` : '';
}

function question({ what, column, sample }: QuestionDto): string {
  const shown = sample ? `“${sample}”` : 'It';
  switch (what) {
    case 'date_order': {
      const both = sample ? bothDates(sample) : null;
      if (!both) return `Does the day or the month come first${inColumn(column)}?`;
      const [day, month] = both;
      return `${shown}${inColumn(column)} can be ${day} or ${month}. Which is it?`;
    }
    case 'decimal_sign':
      return `${shown}${inColumn(column)} can be a large or a small number. Which is it?`;
    case 'energy_unit':
      return `In which unit is the energy${inColumn(column)}?`;
    case 'duration_unit':
      return `In which unit are the durations${inColumn(column)}?`;
    case 'zone':
      return `The times and what stands beside them disagree about the time zone. Which counts?`;
    case 'amount':
      return `Are the amounts${inColumn(column)} without or with VAT?`;
    case 'kind':
      return 'What are the rows of this file?';
    case 'record_id':
      return 'What tells one record from another?';
    case 'currency':
      return `In which currency are the amounts${inColumn(column)}?`;
    case 'new_column':
      return `The column “${column}” is new in this file. What does it hold?`;
    case 'gone_column':
      return `The column “${column}” is not in this file any more. What about it?`;
    default:
      return `${shown}${inColumn(column)} can be read in two ways. Which is right?`;
  }
}

/** A reading that a question offers, with what the sample would become. */
function choice({ what, sample }: QuestionDto, code: string): string {
  switch (what) {
    case 'date_order': {
      const both = sample ? bothDates(sample) : null;
      const day = code === 'day_first';
      const comes = `the ${day ? 'day' : 'month'} comes first`;
      return both ? `${both[day ? 0 : 1]}: ${comes}` : value(what, code);
    }
    case 'decimal_sign': {
      if (!sample) return value(what, code);
      const begins = sample.includes(code === 'dot' ? '.' : ',');
      const sign = sample.includes('.') ? 'dot' : 'comma';
      return begins
        ? `The ${sign} begins the decimals: about ${leadingFigure(sample)}`
        : `The ${sign} only groups the figures: ${onlyDigits(sample)}`;
    }
    case 'energy_unit': {
      const shown = sample && /^\d+$/.test(sample) ? `: ${sample} ${value(what, code)}` : '';
      return `${value(what, code)}${shown}`;
    }
    case 'zone':
      if (code.includes('_') || code === 'partner') return value(what, code);
      return `Local time of ${code}`;
    case 'kind':
      return kindText[code] ?? code;
    default:
      return value(what, code);
  }
}

/** Where every date of a kind was read so because one of them allows nothing else. */
function whyDates({ value, because, row }: EvidenceDto): string | null {
  if (!isDecisive(because)) return null;
  const first = value === 'day_first' ? 'day' : 'month';
  const where = row === null ? '' : ` in row ${formatCount(row)}`;
  return `“${because}”${where} exists, so the ${first} comes first`;
}

const setting: Record<string, string> = {
  sheet: 'Sheet',
  header: 'Heading rows',
  kind: 'What the rows are',
  date_order: 'Order of dates',
  zone: 'Time zone',
  currency: 'Currency',
  vat_rate: 'VAT rate in percent',
  amount: 'Amounts are',
  record_id: 'What identifies a row',
};

/** A change in a few words: "Column “Service”: not used". */
function change({ what, column, value: to, from }: ChangeDto): string {
  switch (what) {
    case 'column':
      return `Column “${column}”: ${value(what, to)}`;
    case 'replace':
      return `“${from}” in “${column}” is read as ${to === '' ? 'nothing' : `“${to}”`}`;
    case 'instead':
      return `${fieldName(to)}: “${column}” where the own column has nothing`;
    case 'header':
      return `Heading rows: ${to === 'none' ? 'none' : to}`;
    case 'currency':
      return `Currency: ${to || 'of the partner'}`;
    case 'vat_rate':
      return `VAT rate: ${to ? `${to} %` : 'none'}`;
    default: {
      const of = column ? ` of “${column}”` : '';
      const names: Record<string, string> = {
        ...setting,
        decimal_sign: 'Decimal sign',
        energy_unit: 'Unit',
        duration_unit: 'Unit',
      };
      return `${names[what] ?? what.replaceAll('_', ' ')}${of}: ${value(what, to)}`;
    }
  }
}

export const mapping = {
  value,
  fieldName,
  fieldGroups,
  unused: 'Not used',

  questionsTitle: (count: number) =>
    count === 1
      ? 'One question before this can be imported'
      : `${formatCount(count)} questions before this can be imported`,
  questionsText: 'The file can be read in more than one way. Nothing is guessed over.',
  question,
  choice,
  likely: 'more likely',
  choose: 'Choose…',
  gone: 'It is gone for good',
  goneField: (field: string) => `It held: ${fieldName(field)}`,
  takenFrom: (field: string, column: string) => `${fieldName(field)} now stands in “${column}”`,
  samples: (texts: readonly string[]) => `For example ${texts.map((one) => `“${one}”`).join(', ')}`,
  noSamples: 'It is empty in the first rows.',
  open: (count: number) =>
    count === 1 ? 'Answer the question above first.' : 'Answer the questions above first.',
  unusable: 'Say below which columns hold the start, or an id and an amount.',

  title: 'How it is read',
  show: 'Show and change',
  hide: 'Hide',
  byTemplate: (name: string, version: number) => `Read by template “${name}”, version ${version}`,
  byLooks: 'Read as it looks; each guess says why',
  byImport: 'Read as the import that it continues',
  noRecords:
    'Nothing can be imported as it is read now. A column for the start is missing, or one for an id ' +
    'beside one for an amount. Choose them below; if the headings are in another row or sheet, ' +
    'choose that first.',
  drifted: (fresh: readonly string[], gone: readonly string[]) => {
    const list = (names: readonly string[]) => names.map((one) => `“${one}”`).join(', ');
    const parts = [];
    if (fresh.length > 0) parts.push(`New in this file: ${list(fresh)}.`);
    if (gone.length > 0) parts.push(`Not in it any more: ${list(gone)}.`);
    return parts.join(' ');
  },
  template: 'Template',
  chooseTemplate: 'Choose a template',
  noTemplate: 'Read anew, without a template',
  setting: (what: string) => setting[what] ?? what,
  headerNone: 'There are none',
  headerRow: (row: number) => `Row ${row}`,
  headerRows: (first: number) => `Rows ${first} and ${first + 1}`,
  zoneOther: 'Another time zone…',
  zonePartner: (zone: string) => `${zone} (partner)`,
  ofPartner: 'of the partner',
  none: 'none',
  badCurrency: 'Three letters, such as EUR.',
  badRate: 'A number such as 21.',
  why: (evidence: EvidenceDto, fallback: string) =>
    (evidence.what === 'date_order' ? whyDates(evidence) : null) ?? fallback,
  otherGuesses: 'Also found',
  grid: 'The first rows of the file',
  gridHeading: 'heading',
  columns: {
    letter: 'Column',
    heading: 'Heading',
    samples: 'Samples',
    field: 'What it holds',
    sign: 'Decimal sign',
    unit: 'Unit',
  },
  columnsTitle: (used: number, all: number) =>
    `${formatCount(used)} of ${many(all, 'column')} used`,
  noHeading: 'no heading',
  ofColumn: (what: string, heading: string) => `${what}: ${heading}`,
  asWritten: 'as written',

  change,
  undoChange: 'Undo the last change',
  startOver: 'Start over',
  keep: (partner: string) => `Remember how this file is read for ${partner}`,
  keepName: 'Name of the template',
  keepHint: 'Its next file with these headings is then read so, without a question.',
  kept: (name: string, version: number) => `Kept as template “${name}”, version ${version}`,
  continues: (id: number, file: string) => `Continues import ${id} (${file})`,
  continued: (id: number) => `Continues import ${id}`,

  errors: 'Not readable, by kind',
  errorsText: 'A fix counts for all rows of its kind. What stays not readable is parked.',
  errorsAfter: 'Rows that could not be read, by kind',
  errorWhere: (column: string, value: string) => {
    const said = value === '' ? '' : `“${value}”`;
    if (column === '') return said;
    return said === '' ? `column “${column}”` : `${said} in column “${column}”`;
  },
  errorRows: (count: number, row: number) =>
    count === 1 ? `row ${formatCount(row)}` : `${many(count, 'row')}, first ${formatCount(row)}`,
  asNothing: 'Read it as nothing',
  readAs: 'Read it as',
  readAsFor: (value: string) => `Read “${value}” as`,
  readAsAct: 'Use',
  instead: 'Use another column…',
  insteadFor: (field: string) => `Use another column for: ${fieldName(field)}`,
  inColumn: (heading: string) => `“${heading}” instead`,

  saveRejects: 'Save rows to repair…',
  saved: (count: number, path: string) => `${many(count, 'row')} saved to ${path}.`,
  savedNext: (isSheet: boolean) =>
    isSheet
      ? 'Each row says what is wrong and how to fix it. Repair the file, then drop it here to continue this import.'
      : 'Each row holds a record as it came, what is wrong and how to fix it. Import the file again once the cause is mended.',
  repaired: (count: number, of: number) => `${formatCount(count)} of ${formatCount(of)} repaired`,

  review: 'Cannot become CDRs',
  reviewText: 'These transactions are kept and can be imported again once the cause is mended.',
  reviewCount: (count: number, first: number) =>
    count === 1
      ? `no. ${formatCount(first)}`
      : `${formatCount(count)}, first no. ${formatCount(first)}`,
  reviewWhich: 'Which they are',
  made: (count: number) => `First ${many(count, 'transaction')} as the CDRs they become`,

  templates: 'Templates',
  templatesText:
    'How the spreadsheets of this partner are read. They are chosen by their headings.',
  templatesEmpty: 'None yet. One is kept when you import a spreadsheet and choose to remember it.',
  templateColumns: {
    name: 'Name',
    version: 'Version',
    kind: 'For',
    at: 'Kept',
    who: 'By',
    columns: 'Columns',
  },
  remove: 'Remove…',
  removeTitle: (name: string) => `Remove template “${name}”?`,
  removeText: (name: string) =>
    `Files that “${name}” reads are read as they look again, and may ask. What was imported stays. ` +
    'This cannot be undone; importing such a file can keep it anew.',
  removeAct: (name: string) => `Remove “${name}”`,
  removed: (name: string) => `Removed template “${name}”`,
};
