/** English. Texts with figures are functions, so that every language can order them its own way. */

import type { Bucket, EvidenceDto, JobState, Money, Part, Severity, Stage } from '@/api/client';
import type { CommandGroup, CommandId } from '@/lib/commands';
import { absolute, formatCount, formatMoney, isNegative, isZero } from '@/lib/decimal';
import { formatMonth } from '@/lib/time';
import { connect, connection, push, vault } from './connect.en';
import { exporting } from './export.en';
import { many, plural } from './many.en';
import { mapping } from './mapping.en';
import { partnerCheck } from './partnerCheck.en';
import { readingText, roundingModes, roundingStages, switchName } from './readings.en';
import { reconcile } from './reconcile.en';
import { statement } from './statement.en';

const bucket: Record<Bucket, string> = {
  matched: 'Matched',
  differs: 'Differs',
  missing_cdr: 'Missing CDR',
  missing_session: 'Missing session',
  duplicate: 'Duplicate',
  needs_tariff: 'Needs tariff',
  on_hold: 'On hold',
  disputed: 'Disputed',
  accepted: 'Accepted',
  settled: 'Settled',
};

const severity: Record<Severity, string> = {
  info: 'Note',
  warning: 'Warning',
  error: 'Error',
  fatal: 'Not readable',
};

const stage: Record<Stage, string> = {
  imported: 'Imported',
  replayed: 'Replayed',
  reconciled: 'Reconciled',
  draft: 'Draft',
  issued: 'Issued',
};

const part: Record<Part, string> = {
  fixed: 'Flat fee',
  energy: 'Energy',
  time: 'Charging time',
  parking: 'Parking time',
  reservation: 'Reservation',
  total: 'Total',
};

const command: Record<CommandId, string> = {
  'go.home': 'Go to Home',
  'go.import': 'Go to Import',
  'go.cdrs': 'Go to CDRs',
  'go.reconcile': 'Go to Reconcile',
  'go.settle': 'Go to Settle',
  'go.partners': 'Go to Partners',
  'go.audit': 'Go to Audit log',
  'month.previous': 'Month before',
  'month.next': 'Month after',
  'filter.focus': 'Filter',
  'filter.clear': 'Drop the filter',
  'panel.close': 'Close the panel',
  'columns.choose': 'Choose columns',
  'row.next': 'Next row',
  'row.previous': 'Row before',
  'row.page': 'A page down or up',
  'row.ends': 'First or last row',
  'row.select': 'Select the row',
  'row.extend': 'Extend the selection',
  'row.selectAll': 'Select all that match',
  'row.peek': 'Peek without leaving the list',
  'row.open': 'Open',
  'partner.connect': 'Connect a partner’s server',
  'partner.pull': 'Pull now from the partner shown',
  'cdr.explain': 'Explain the price',
  'cdr.accept': 'Accept the difference or the cause',
  'reconcile.dispute': 'Dispute the cause or the row',
  'reconcile.hold': 'Hold the cause or the row',
  'reconcile.link': 'Link with the best suggestion, or unlink',
  'reconcile.exclude': 'Exclude the cause or the row',
  'reconcile.holdUntil': 'Hold until another day',
  'reconcile.within': 'Accept everything inside the tolerance',
  'reconcile.tolerance': 'Show the tolerance',
  'reconcile.rule': 'Always accept this cause',
  'reconcile.explain': 'Explain the price of the row',
  'reconcile.again': 'Reconcile the month again',
  'reconcile.causes': 'Causes of the month',
  'reconcile.findings': 'Findings of the month',
  'reconcile.stations': 'Stations that are off',
  'reconcile.charts': 'Charts of the month',
  'reconcile.rules': 'Rules of the partner',
  'cdr.copyText': 'Copy the explanation as text',
  'cdr.whatif': 'Try another reading of the tariff',
  'import.choose': 'Choose files to import',
  'import.run': 'Import the file shown',
  'month.replay': 'Replay again',
  'settle.draft': 'Draft invoices',
  'settle.issue': 'Issue the draft shown',
  'partner.new': 'Add a partner',
  export: 'Export…',
  undo: 'Undo the latest act',
  palette: 'Command palette',
  help: 'All keys',
  'copy.address': 'Copy the address of this view',
  'theme.light': 'Light theme',
  'theme.dark': 'Dark theme',
  'theme.system': 'Theme of the system',
  'density.toggle': 'Comfortable or compact rows',
};

const commandGroup: Record<CommandGroup, string> = {
  go: 'Go to',
  view: 'This view',
  table: 'In a table',
  reconcile: 'Reconcile',
  work: 'Work',
  app: 'Tallywatt',
};

const jobKind: Record<string, string> = {
  check: 'Checking',
  import: 'Importing',
  replay: 'Replaying',
  draft: 'Drafting',
  issue: 'Issuing',
  infer: 'Looking at',
  import_undo: 'Taking back import',
  connect: 'Checking the connection of',
  pull: 'Pulling from',
  push: 'Sending CDRs to',
  export: 'Exporting to',
  partner_check: 'Comparing',
  proposal: 'Looking for a reading that fits',
};

const dimension: Record<string, string> = {
  FLAT: 'Flat fee',
  ENERGY: 'Energy',
  TIME: 'Charging time',
  PARKING_TIME: 'Parking time',
  RESERVATION_TIME: 'Reservation',
};

const restriction: Record<string, string> = {
  start_time: 'only from',
  end_time: 'only until',
  start_date: 'only from',
  end_date: 'only before',
  min_kwh: 'only from kWh',
  max_kwh: 'only below kWh',
  min_current: 'only from ampere',
  max_current: 'only below ampere',
  min_power: 'only from kW',
  max_power: 'only below kW',
  min_duration: 'only from minute',
  max_duration: 'only before minute',
  day_of_week: 'only on',
  reservation: 'only for a reservation',
};

/** "only from 18:00", "only 23:00–07:00". */
function restrictionText(field: string, value: string): string {
  if (value.includes('–')) return `only ${value}`;
  return `${restriction[field] ?? field.replaceAll('_', ' ')} ${value}`;
}

const evidence: Record<string, string> = {
  encoding: 'Encoding',
  separator: 'Separator',
  sheet: 'Sheet',
  kind: 'Kind of rows',
  header: 'Heading row',
  decimal_sign: 'Decimal sign',
  date_order: 'Date order',
  date_system: 'Date system',
  zone: 'Time zone',
  energy_unit: 'Energy unit',
  duration_unit: 'Duration unit',
  currency: 'Currency',
  vat_rate: 'VAT rate',
  amount: 'Amounts',
  record_id: 'Ids',
};

/** Why something was read one way, where no cell shows it. */
const because: Record<string, string> = {
  byte_order_mark: 'the file says so',
  valid_bytes: 'every byte fits',
  even_columns: 'every row then has the same number of columns',
  most_fields: 'it holds the most known columns',
  most_names: 'it holds the most known headings',
  heading: 'the heading says so',
  cells: 'the cells say so',
  only_reading: 'no other reading fits',
  other_columns: 'other columns show it',
  majority: 'most cells show it',
  no_second_reading: 'there is only one way to read it',
  dots_between: 'of the dots between the groups',
  sessions_fit: 'sessions then last a sensible time',
  usual_there: 'it is usual in that part of the world',
  workbook: 'the workbook says so',
  zone_in_text: 'the times carry their zone',
  zone_column: 'a column says so',
  offset_contradicts_column: 'the offsets contradict the column',
  offset_contradicts_heading: 'the offsets contradict the heading',
  magnitude: 'the figures have the right size',
  partner: 'of the partner’s agreement',
  counts_rows: 'it only counts the rows',
  no_column: 'no column says so',
  no_amounts: 'no column holds amounts',
  no_ends: 'no column says when sessions ended',
  person: 'you said so',
  kept: 'the template says so',
};

const kind: Record<string, string> = {
  cdrs: 'CDRs',
  sessions: 'Sessions',
  tariffs: 'Tariffs',
  locations: 'Locations',
  tokens: 'Tokens',
  records: 'Reconciliation records',
  statement: 'Partner statement',
  transactions: 'Charger transactions',
  mixed: 'Several kinds',
  cdr: 'CDR',
  session: 'Session',
  tariff: 'Tariff',
  location: 'Location',
  token: 'Token',
};

const format: Record<string, string> = {
  ocpi_json: 'OCPI JSON',
  ocpi_ndjson: 'OCPI, one record per line',
  csv: 'csv',
  xlsx: 'Excel (xlsx)',
  xls: 'Excel (xls)',
  ods: 'OpenDocument (ods)',
  ocpp_log: 'OCPP log',
};

const verb: Record<string, string> = {
  accept: 'Accepted the difference',
  accept_within: 'Accepted what is within tolerance',
  dispute: 'Disputed',
  hold: 'Put aside',
  exclude: 'Excluded',
  link: 'Linked or unlinked',
  rule: 'Made a rule',
  undo: 'Undid',
  issue: 'Issued',
  draft: 'Drafted',
  discard_draft: 'Dropped the draft',
  import: 'Imported',
  import_undo: 'Took back the import',
  partner_set: 'Changed the partner',
  keep_reading: 'Priced it otherwise',
  push: 'Sent records to the partner',
  replay: 'Replayed again',
  connect: 'Connected to the partner’s server',
  disconnect: 'Disconnected from the partner’s server',
  template_keep: 'Kept how a partner’s files are read',
  template_remove: 'Removed a template',
  book_created: 'Made the book',
};

const check: Record<string, string> = {
  not_empty: 'There is something to invoice',
  not_negative: 'The total is not below zero',
  vat_ids: 'VAT numbers that the law demands are there',
  one_vat_scope: 'All lines fall under one country’s VAT rules',
  companies_complete: 'Names and addresses of both companies are complete',
  account_known: 'The account to pay into is known',
  total_equals_cdrs: 'The figures are those of its CDRs, to the cent',
  cdrs_agreed: 'Every CDR on it is matched or accepted',
};

/** What blocks a stage, as a sentence about its CDRs. */
function blocker(what: string, count: number): string {
  const cdrs = many(count, 'CDR');
  const one = plural.select(count) === 'one';
  switch (what) {
    case 'matched':
      return `${cdrs} matched`;
    case 'differs':
      return `${cdrs} ${one ? 'differs' : 'differ'}`;
    case 'missing_cdr':
      return `${many(count, 'session')} without a CDR`;
    case 'missing_session':
      return `${cdrs} without a session`;
    case 'duplicate':
      return many(count, 'duplicate');
    case 'needs_tariff':
      return `${cdrs} ${one ? 'needs' : 'need'} a tariff`;
    case 'on_hold':
      return `${cdrs} on hold`;
    case 'disputed':
      return `${cdrs} disputed`;
    case 'partner_incomplete':
      return 'Company data missing';
    case 'own_incomplete':
      return 'Our own company data missing';
    default:
      return `${formatCount(count)} ${what.replaceAll('_', ' ')}`;
  }
}

const STAGES: Record<string, string> = {
  per_total: 'totals',
  per_dimension: 'each part',
  per_line: 'each line',
  per_period: 'each period',
};

const MODES: Record<string, string> = {
  half_up: 'half up',
  half_even: 'half to even',
  up: 'up',
  down: 'down',
};

/** A figure above or below another, in words: "0.5 kWh more". */
function apart(figure: string, unit: string, above: string, below: string): string {
  const negative = figure.startsWith('-');
  return `${negative ? figure.slice(1) : figure} ${unit} ${negative ? below : above}`;
}

const SOURCES: Readonly<Record<string, string>> = {
  signed: 'signed reading',
  meter: 'meter register',
  session: 'session',
  cdr: 'CDR',
};

/** Sources in the order in which they are asked: "signed reading, else meter register, else CDR". */
function inOrder(order: string): string {
  return order
    .split(',')
    .map((source) => SOURCES[source] ?? source)
    .join(', else ');
}

/** A stable policy word such as "rounding: per_total, 4, half_up" in words. */
function policy(text: string): string {
  const rounding = /^rounding: (\w+), (\d+), (\w+)$/.exec(text);
  if (rounding) {
    const [, stage = '', digits = '', mode = ''] = rounding;
    return `${STAGES[stage] ?? stage} rounded to ${digits} decimals, ${MODES[mode] ?? mode}`;
  }
  if (text === 'rounding: none') return 'nothing rounded';
  if (text === 'tax_stage: per_rate') return 'tax on the sum of each rate';
  if (text === 'tax_stage: per_line') return 'tax on each line';
  return text.replaceAll('_', ' ');
}

/** How closely an explanation gives the stated figures. */
const fit: Record<string, string> = {
  every: 'Gives every stated figure',
  parts: 'Gives the total; its parts differ only by rounding',
  nearly: 'Gives every figure but for rounding',
  total: 'Gives the total, but not all of its parts',
  total_nearly: 'Gives the total but for rounding, but not all of its parts',
};

/** "ELW-3, changed 3 Sept 2026, valid 1 Sept 2026 – 30 Sept 2026". */
function tariffVersion(
  id: string,
  updated: string | null,
  from: string | null,
  until: string | null,
): string {
  const parts = [id];
  if (updated) parts.push(`changed ${updated}`);
  return [...parts, validity(from, until)].filter(Boolean).join(', ');
}

/** The words for stated − replayed: signs are words too. */
function differenceWords(money: Money, payable: boolean): string {
  if (isZero(money.amount)) return 'No difference';
  const who = payable ? 'They ask' : 'We ask';
  const amount = formatMoney({ ...money, amount: absolute(money.amount) }, { exact: true });
  return `${who} ${amount} ${isNegative(money.amount) ? 'less' : 'more'} than the tariff gives`;
}

function consequence(counts: {
  fresh: number;
  known: number;
  corrections: number;
  rejected: number;
}): string {
  return [
    `${formatCount(counts.fresh)} new`,
    `${formatCount(counts.known)} already known`,
    many(counts.corrections, 'correction'),
    `${formatCount(counts.rejected)} not readable`,
  ].join(' · ');
}

function jobProgress(job: JobState): string {
  const units: Record<string, [string, string]> = {
    records: ['record', 'records'],
    invoices: ['invoice', 'invoices'],
    steps: ['step', 'steps'],
  };
  if (job.unit === 'percent') return `${formatCount(job.done)} %`;
  const [one, other] = units[job.unit] ?? ['', ''];
  if (job.total > 0) return `${formatCount(job.done)} of ${many(job.total, one, other)}`;
  return many(job.done, one, other);
}

const direction = { receivable: 'We bill them', payable: 'They bill us' };

const tariffKind: Record<string, string> = {
  REGULAR: 'Regular',
  AD_HOC_PAYMENT: 'Paid on the spot',
  PROFILE_CHEAP: 'Profile: cheap',
  PROFILE_FAST: 'Profile: fast',
  PROFILE_GREEN: 'Profile: green',
};

/** "valid 1 Sept 2026 – 30 Sept 2026"; empty where nothing limits it. */
function validity(from: string | null, until: string | null): string {
  if (from && until) return `valid ${from} – ${until}`;
  if (from) return `valid from ${from}`;
  return until ? `valid until ${until}` : '';
}

export const en = {
  name: 'Tallywatt',
  none: '–',
  details: 'Details',
  copyForSupport: 'Copy for support',
  copied: 'Copied',
  again: 'Try again',
  cancel: 'Cancel',
  close: 'Close',
  undo: 'Undo',
  show: 'Show',
  undone: 'Undone',
  loading: 'Loading…',
  counting: 'counting…',
  all: 'All',
  or: 'or',
  excl: 'excl. VAT',
  incl: 'incl. VAT',
  net: 'Net',
  vat: 'VAT',
  gross: 'Gross',
  reason: 'Reason',
  bucket,
  severity,
  stage,
  part,
  command,
  commandGroup,
  dimension,
  kind,
  format: (code: string) =>
    `${format[code.replace('+gzip', '')] ?? code}${code.endsWith('+gzip') ? ', gzipped' : ''}`,
  evidence: (what: string) => evidence[what] ?? what.replaceAll('_', ' '),
  verb: (code: string) => verb[code] ?? code.replaceAll('_', ' '),
  check: (code: string) => check[code] ?? code.replaceAll('_', ' '),
  differenceWords,
  switchName,
  readingText,
  roundingStage: (stage: string) => roundingStages[stage] ?? stage,
  roundingMode: (mode: string) => roundingModes[mode] ?? mode,
  cdrs: (count: number) => many(count, 'CDR'),

  shell: {
    screens: {
      home: 'Home',
      import: 'Import',
      cdrs: 'CDRs',
      reconcile: 'Reconcile',
      settle: 'Settle',
      partners: 'Partners',
      audit: 'Audit log',
    },
    navigation: 'Screens',
    scope: 'What every screen shows',
    allPartners: 'All partners',
    allMonths: 'All months',
    partner: 'Partner',
    month: 'Month',
    search: 'Search or run',
    demo: 'Demo book: made-up companies and charging. Nothing here is real.',
    appearance: 'Appearance',
    themes: { system: 'Like the system', light: 'Light', dark: 'Dark' },
    densities: { comfortable: 'Comfortable', compact: 'Compact' },
    theme: 'Theme',
    density: 'Density',
    keys: 'Keys',
    about: (version: string) => `Tallywatt ${version}`,
  },

  jobs: {
    label: 'Work going on',
    title: (job: JobState) => `${jobKind[job.kind] ?? job.kind} ${job.label}`,
    progress: jobProgress,
    findings: (count: number) => many(count, 'finding'),
    cancelled: (job: JobState) =>
      job.kind === 'export' ? exporting.stopped : `Cancelled: ${jobProgress(job)} done and kept`,
    failed: 'Stopped',
    dismiss: 'Dismiss',
    replayed: (label: string) => `Replayed ${label}`,
  },

  palette: {
    title: 'Command palette',
    placeholder: 'Screen, partner, month, CDR id or command…',
    commands: 'Commands',
    partners: 'Partners',
    months: 'Months',
    cdrs: 'CDRs',
    findCdr: (text: string) => `Find CDRs with “${text}”`,
    nothing: 'Nothing found.',
  },

  help: {
    title: 'Keys',
    single: 'Single-letter keys',
    singleText: 'Switch off if a letter pressed by accident does too much.',
  },

  table: {
    selectAll: 'Select all that match',
    columns: 'Columns',
    up: (name: string) => `Move ${name} to the left`,
    down: (name: string) => `Move ${name} to the right`,
    selected: (count: number) => `${formatCount(count)} selected`,
    allMatching: (count: number) => `All ${formatCount(count)} that match are selected`,
    selectAllMatching: (count: number) => `Select all ${formatCount(count)} that match`,
    clearSelection: 'Clear selection',
    failed: 'Some rows could not be read.',
  },

  filter: {
    label: 'Filter',
    placeholder: 'Filter: differs >0.50 evse:BE*ABC* "text"',
    add: 'Add a condition',
    drop: 'Drop the filter',
    remove: (text: string) => `Remove ${text}`,
    unknown: (word: string) => `“${word}” is no condition; it is searched as text.`,
    notANumber: (word: string) => `“${word}” needs a number, such as >0.50.`,
    hints: {
      partner: 'partner:NL-ABC',
      month: 'month:2026-09',
      evse: 'EVSE id, * at either end',
      difference: 'difference above an amount',
      stated: 'stated net at least or at most',
      kwh: 'energy at least or at most',
      longer: 'longer than so many hours',
      finding: 'has this finding',
      currency: 'in this currency',
      credit: 'only credit CDRs',
      import: 'came with this import',
      invoice: 'stands on this invoice',
      verdict: 'replay matches, differs or not priced',
      bucket: 'status',
      text: 'occurs in an id, EVSE, contract or place',
    },
  },

  home: {
    title: 'Close board',
    question: 'What stands between you and a closed month?',
    partner: 'Partner',
    ...direction,
    todo: 'Next',
    state: {
      done: 'Done',
      working: 'Under way',
      blocked: 'Blocked',
      waiting: 'Waiting',
      empty: 'Nothing yet',
    } as Record<string, string>,
    blocker,
    documents: (count: number) => many(count, 'document'),
    emptyTitle: 'No charging records yet',
    emptyText:
      'The close board shows each partner and month from import to invoice. Bring in a file of CDRs to see the first row.',
    emptyScoped: (month: string | null) =>
      month
        ? `Nothing was charged in ${formatMonth(month)} for this choice. Another month or partner may have rows.`
        : 'Nothing was charged for this partner yet.',
    showAll: 'Show all partners and months',
    clear: 'Nothing stands in the way here.',
  },

  import: {
    title: 'Import',
    drop: 'Drop files here',
    dropText: 'OCPI JSON of 2.1.1, 2.2.1 and 2.3.0, also gzipped; csv, xlsx, xls and ods.',
    choose: 'Choose files',
    looking: 'Looking into the file…',
    checking: 'Counting what importing would do…',
    partner: 'Partner',
    choosePartner: 'Choose a partner',
    needsPartner: 'The file does not say whose records these are. Choose the partner.',
    because: (reason: string) => `because ${because[reason] ?? reason}`,
    /** What a guess rests on, with the column or the text that shows it. */
    evidence: ({ because: text, reason, row }: EvidenceDto) => {
      const known = because[reason] ?? reason;
      if (text === reason) {
        return row === null ? `because ${known}` : `because ${known}, row ${formatCount(row)}`;
      }
      // Without a row it is a heading that tells.
      if (row === null) return `because ${known}: column “${text}”`;
      return `as in “${text}”, row ${formatCount(row)}: ${known}`;
    },
    preview: (count: number) => `First ${many(count, 'record')} as they will be stored`,
    consequence,
    rows: (count: number) => many(count, 'record'),
    run: (fresh: number, corrections: number) => {
      if (fresh > 0) return `Import ${many(fresh, 'new record')}`;
      if (corrections > 0) return `Import ${many(corrections, 'correction')}`;
      return 'Import again';
    },
    discard: 'Leave it',
    done: 'Imported',
    doneText: (file: string) => `${file} is in the book.`,
    cancelled: 'Cancelled',
    cancelledText: (counts: string) => `Kept: ${counts}. Import the file again to complete it.`,
    failedText: 'What was read until then is kept.',
    see: 'See these CDRs',
    next: 'Next file',
    problems: 'What was odd, by kind',
    noProblems: 'Nothing was odd about these records.',
    records: (count: number) => many(count, 'record'),
    record: (number: number) => `no. ${formatCount(number)}`,
    history: 'Imports so far',
    historyEmpty: 'Files you import are listed here, with what came in and what was odd.',
    columnsOf: {
      number: 'No.',
      id: 'Id',
      kind: 'Kind',
      start: 'Start',
      duration: 'Duration',
      place: 'EVSE or location',
      energy: 'kWh',
      excl: 'Excl. VAT',
      incl: 'Incl. VAT',
      odd: 'Odd',
    },
    historyColumns: {
      file: 'File',
      at: 'When',
      who: 'Who',
      what: 'What',
      fresh: 'New',
      known: 'Known',
      corrections: 'Corrections',
      rejected: 'Not readable',
      net: 'Stated net',
    },
    states: {
      finished: 'Done',
      cancelled: 'Cancelled',
      failed: 'Stopped',
      interrupted: 'Interrupted',
      undone: 'Taken back',
    } as Record<string, string>,
    undo: 'Take back…',
    undoTitle: (file: string) => `Take back ${file}?`,
    undoText: (count: number) =>
      `${many(count, 'record')} of this import count no more. Prices and sums are made anew, and drafts ` +
      'with its CDRs are dropped. The file stays in this list and can be imported again.',
    undoAct: (count: number) => `Take back ${many(count, 'record')}`,
    undone: (file: string) => `${file} is taken back`,
    finished: (file: string, counts: string) => `${file}: ${counts}`,
  },

  mapping,

  explorer: {
    title: 'CDRs',
    columns: {
      id: 'CDR',
      partner: 'Partner',
      start: 'Start',
      duration: 'Duration',
      location: 'Location',
      evse: 'EVSE',
      contract: 'Contract',
      energy: 'kWh',
      stated: 'Stated',
      replayed: 'Replayed',
      difference: 'Difference',
      bucket: 'Status',
    },
    credit: 'Credit',
    views: {
      all: 'All',
      differs: 'Differs',
      needs_tariff: 'Needs tariff',
      missing_session: 'Missing session',
      duplicate: 'Duplicate',
      zero: 'No energy',
      long: 'Longer than 24 h',
      credit: 'Credit CDRs',
    },
    count: (count: number) => many(count, 'CDR'),
    sums: { stated: 'Stated', replayed: 'Replayed', difference: 'Difference' },
    replay: 'Replay again',
    replayTitle: (month: string) => `Replay ${month} again`,
    replayLooking: 'Pricing what may have changed…',
    replayLooked: (looked: number, priced: number) =>
      `${many(looked, 'CDR')} looked at, ${formatCount(priced)} priced again. For the others nothing changed that their price rests on.`,
    replayNone: 'No price changes with today’s facts and agreement.',
    replayKept: 'The earlier results are kept, and you can undo this.',
    replayMove: (from: string, to: string, count: number) =>
      `${many(count, 'CDR')}: ${from === to ? `still ${from}` : `${from} → ${to}`}`,
    replayVerdict: (verdict: string) =>
      ({ matches: 'matches', differs: 'differs', not_priced: 'not priced' })[verdict] ?? verdict,
    replaySettled: (count: number) =>
      `Already settled: ${formatCount(count)}. Their documents stay as issued.`,
    replayDecided: (count: number) =>
      `Decided before: ${formatCount(count)}. Look whether the decision still fits.`,
    replayBefore: 'Before',
    replayAfter: 'After',
    replayChange: 'Change',
    replayFirst: (shown: number, all: number) =>
      `The ${formatCount(shown)} largest of ${formatCount(all)} are shown.`,
    replayAct: (count: number) => `Adopt ${many(count, 'new price')}`,
    replayReasonHint: 'For example: tariff of 1 September came late',
    replayed: (count: number) => `Adopted ${many(count, 'new price')}`,
    accept: 'Accept…',
    acceptTitle: (count: number) =>
      count === 1 ? 'Accept the difference' : `Accept ${many(count, 'difference')}`,
    acceptText: (count: number) =>
      count === 1
        ? 'The stated price will be settled as it is. You can undo this until it is invoiced.'
        : `The stated prices of the CDRs that differ among these ${formatCount(count)} will be settled as they are. You can undo this until they are invoiced.`,
    acceptAct: (count: number) => (count === 1 ? 'Accept' : `Accept ${formatCount(count)}`),
    acceptReasonHint: 'For example: agreed by mail on 3 October',
    accepted: (count: number) => `Accepted ${many(count, 'difference')}`,
    acceptedNone: 'None of these has a difference to accept',
    undoReason: 'Undone right after the act',
    emptyTitle: 'No CDRs yet',
    emptyText: 'Every charging record you import is listed here, with its price explained.',
    noneTitle: 'No CDR matches',
    noneText: (filter: string) => `The filter “${filter}” leaves nothing.`,
    noneScope: 'This partner and month hold no CDRs.',
  },

  detail: {
    label: 'Explain this price',
    stated: 'Stated',
    replayed: 'Replayed',
    difference: 'Difference',
    notPriced: 'Not priced',
    who: 'Contract',
    where: 'Where',
    when: 'When',
    energy: 'Energy',
    session: 'Session',
    noSession: 'none known',
    duration: 'Duration',
    utc: (text: string) => `${text} UTC`,
    zone: (zone: string, source: string) => {
      const from: Record<string, string> = {
        location: 'from the location',
        record: 'from the CDR',
        partner: 'of the partner',
        country: 'of the country',
      };
      return zone ? `${zone}, ${from[source] ?? source}` : 'zone unknown, shown in UTC';
    },
    timeline: 'Session',
    timelineTable: 'The periods as a table',
    lines: 'How the price is made',
    linesEmpty: 'Nothing was priced.',
    parts: 'Stated beside replayed',
    firstDisagreement: 'First to disagree',
    element: (n: number) => `Element ${n + 1}`,
    ofTariff: (tariff: string) => `of tariff ${tariff}`,
    whyOthers: (count: number) => `Why not ${count === 1 ? 'the other element' : 'the others'}`,
    noComponent: 'has no price for this',
    earlier: (n: number) => `element ${n + 1} comes first`,
    restricted: (field: string, demanded: string, found: string) =>
      `${restrictionText(field, demanded)}${found ? `; it was ${found}` : ''}`,
    restrictionText,
    free: 'No element applies: free',
    measured: 'measured',
    billed: 'billed',
    perKwh: '/ kWh',
    perHour: '/ h',
    once: 'once',
    kwh: 'kWh',
    hours: 'h',
    stepRow: (dimensionName: string, step: string) =>
      `${dimensionName} rounded up to whole ${step}`,
    stepWh: (n: number) => (n % 1000 === 0 ? `${n / 1000} kWh` : `${formatCount(n)} Wh`),
    stepSeconds: (n: number) => (n % 60 === 0 ? many(n / 60, 'minute') : `${formatCount(n)} s`),
    limit: (name: string, gross: boolean) =>
      `${name === 'minimum' ? 'Minimum price' : 'Maximum price'} (${gross ? 'gross' : 'net'})`,
    rounding: (figure: string, gross: boolean) =>
      `${(part as Record<string, string>)[figure] ?? figure} rounded (${gross ? 'gross' : 'net'})`,
    roundings: 'Rounding and limits',
    roundingsNone: 'Nothing was rounded and no limit applied.',
    roundingsMore: (count: number) => `${many(count, 'rounding')} that changed nothing`,
    rate: (rate: string | null) => (rate === null ? 'No VAT' : `VAT ${rate}`),
    policy: (texts: readonly string[]) => `Policy: ${texts.map(policy).join('; ')}`,
    tariff: 'Tariff',
    tariffSource: { in_cdr: 'sent inside the CDR', published: 'as published' } as Record<
      string,
      string
    >,
    always: 'always',
    inSteps: (step: string) => `, in steps of ${step}`,
    min: 'at least',
    max: 'at most',
    findings: 'Findings',
    findingsNone: 'Nothing is odd about this CDR.',
    history: 'Decisions',
    earlierPrice: (day: string, decision: number | null) =>
      decision === null
        ? `Until new facts came on ${day}`
        : `Until the decision ${decision} of ${day}`,
    historyNone: 'Nobody has decided anything about this CDR yet.',
    signed: 'Signed meter values',
    signedVerdict: {
      verified: 'Verified',
      not_verified: 'Not verified',
      key_unknown: 'Key unknown',
      not_supported: 'Not checked',
    } as Record<string, string>,
    signedKey:
      'The key came with the CDR; whether it is this meter’s key, only a public register can say.',
    signedReadings: (begin: string, end: string, energy: string) =>
      `From ${begin} to ${end} kWh: ${energy} kWh`,
    signedDiffers: (kwh: string) =>
      `The CDR states ${apart(kwh, 'kWh', 'more', 'less')} than the meter signed.`,
    signedEqual: 'The CDR states the energy that the meter signed.',
    siblings: 'Other records with this id',
    source: 'Where it came from',
    sourceText: (file: string, number: number) => `${file}, record ${formatCount(number)}`,
    hash: 'SHA-256 of the file',
    pulled: (answered: string) =>
      answered
        ? `Pulled from the partner's server, which answered ${answered}`
        : "Pulled from the partner's server",
    requestId: 'Request ID',
    correlationId: 'Correlation ID',
    raw: 'The record as it came',
    showRaw: 'Show raw JSON',
    hideRaw: 'Hide raw JSON',
    copy: 'Copy as text',
    invoice: (number: string | null) => (number ? `On invoice ${number}` : 'On a draft'),
    power: 'kWh per period',
    localTime: 'local time',
    boundary: 'The price changes here',
  },

  causes: {
    title: 'Likely cause',
    looking: 'Looking for what gives this figure…',
    none: 'No reading of the tariff that we know gives this figure.',
    tried: (count: number) => `${many(count, 'price')} tried`,
    equal: (count: number) =>
      `${formatCount(count)} explanations fit equally well; the figures cannot tell them apart.`,
    others: (count: number) => `Other explanations (${formatCount(count)})`,
    fit: (code: string) => fit[code] ?? code.replaceAll('_', ' '),
    gives: (amount: string) => `${amount} excl. VAT`,
    try: 'Try it',
  },

  whatif: {
    title: 'What if',
    tariff: 'Tariff version',
    asNow: 'As now',
    asAgreed: 'As agreed',
    version: tariffVersion,
    otherVersion: 'another version of the tariff',
    zone: 'Time zone',
    badZone: 'No zone that we know; left as it is.',
    inZone: (zone: string) => `Time zone: ${zone}`,
    readings: 'Readings',
    switch: 'What is read otherwise',
    chooseSwitch: 'Choose what to read otherwise',
    reading: 'How it is read',
    addReading: 'Add a reading',
    removeReading: 'Remove this reading',
    roundingStage: 'What is rounded',
    roundingDigits: 'Decimals',
    roundingMode: 'Which way',
    decimals: (count: number) => many(count, 'decimal'),
    choose: 'Choose a version, a time zone or a reading to see what would change.',
    now: 'Now',
    supposed: 'Supposed',
    change: 'Change',
    line: 'Line',
    changed: (count: number, of: number) =>
      count === 0
        ? 'No line changes.'
        : `${formatCount(count)} of ${many(of, 'line')} ${count === 1 ? 'changes' : 'change'}`,
    verdict: (code: string) => {
      const words: Record<string, string> = {
        matches: 'Matches the stated price',
        differs: 'Differs from the stated price',
        not_priced: 'Could not be priced',
      };
      return words[code] ?? code.replaceAll('_', ' ');
    },
    nothingStored: 'Nothing is stored until you keep it.',
    keep: 'Keep for this CDR…',
    keepTitle: 'Price this CDR otherwise',
    keepText: 'From now on this CDR is priced so. You can undo this until it is invoiced.',
    keepAct: 'Keep',
    keepReasonHint: 'For example: the partner confirmed it by mail on 3 October',
    kept: 'This CDR is now priced otherwise',
    keptTitle: 'Priced otherwise by decision:',
    keptBy: (actor: string, date: string, reason: string) => `By ${actor} on ${date}: ${reason}`,
    rule: (partner: string) => `Make it the rule for ${partner}`,
    ruleHint: 'Every CDR of this partner is priced anew. Only readings can be made a rule.',
    ruled: (partner: string) => `Now the rule for ${partner}; replaying…`,
    reset: 'Reset',
  },

  words: {
    title: 'In words',
    language: 'Language',
    languages: { en: 'English', nl: 'Nederlands', de: 'Deutsch', fr: 'Français' },
    reader: 'For whom',
    readers: { driver: 'For a driver', partner: 'For the partner', auditor: 'For an auditor' },
    copy: 'Copy',
  },

  settle: {
    title: 'Settle',
    ready: 'Ready to draft',
    drafts: 'Drafts',
    issued: 'Issued',
    draftAll: (count: number) => `Draft ${many(count, 'invoice')}`,
    draftOne: 'Draft',
    drafted: (count: number) => `${many(count, 'draft')} made`,
    open: (count: number) => `${formatCount(count)} still open stay out`,
    cdrs: (count: number) => many(count, 'CDR'),
    late: (count: number, month: string, net: string) =>
      `${many(count, 'late CDR')} of ${month}, ${net}`,
    lateWhy:
      'Their month is closed: a document of it is issued. So they are billed here, on lines of their own.',
    lateOf: (month: string) => `late, ${month}`,
    lines: 'Lines',
    pdf: 'PDF',
    location: 'Location',
    energy: 'kWh',
    rate: 'VAT',
    net: 'Net',
    checks: 'Checks',
    checksPassed: (count: number) => `All ${formatCount(count)} checks passed`,
    checkFailed: (count: number) => many(count, 'check failed', 'checks failed'),
    notes: 'Printed notes',
    from: 'From',
    to: 'To',
    vatId: 'VAT id',
    period: 'Supply',
    dueDays: 'Due',
    issueOpen: 'Issue…',
    issueAll: (count: number) => `Issue all ${formatCount(count)}…`,
    issueTitle: (count: number) => (count === 1 ? 'Issue this invoice' : 'Issue invoices'),
    issueSentence: (count: number, who: string) =>
      count === 1
        ? `The invoice to ${who} takes the next number. Once issued it cannot be changed or taken back; only a credit note corrects it.`
        : `${many(count, 'invoice')} take the next numbers in order. Once issued they cannot be changed or taken back; only credit notes correct them.`,
    issueAct: (count: number) => `Issue ${many(count, 'invoice')}`,
    issuedNow: (numbers: string) => `Issued ${numbers}`,
    issueFailed: (count: number) => `${many(count, 'invoice')} could not be issued`,
    draftName: 'Draft',
    selfBilled: 'Self-billed',
    save: 'Save PDF…',
    saved: (name: string) => `Saved ${name}`,
    seeCdrs: 'See its CDRs',
    page: (n: number, of: number) => `Page ${n} of ${of}`,
    zoomIn: 'Larger',
    zoomOut: 'Smaller',
    emptyTitle: 'No invoices yet',
    emptyText:
      'CDRs that are matched or accepted become drafts here, one per partner and month. Import records first.',
    emptyScoped: 'There is nothing to settle for this partner and month.',
    chooseTitle: 'Choose an invoice',
    chooseText: 'Its lines, checks and the very PDF that will be sent show here.',
    issuedOn: (date: string) => `issued ${date}`,
    dueOn: (date: string) => `due ${date}`,
    frozen: 'Issued and frozen',
    rule: (rule: string) => `rule ${rule}`,
    categories: {
      S: 'standard rate',
      AE: 'reverse charge',
      O: 'outside VAT',
    } as Record<string, string>,
  },

  truth: {
    title: 'What counts',
    source: 'Source',
    figure: { energy: 'Energy', start: 'Start', end: 'End' } as Record<string, string>,
    name: {
      signed: 'Signed reading',
      meter: 'Meter register',
      session: 'Session',
      cdr: 'CDR',
    } as Record<string, string>,
    counts: 'counts',
    unfit: {
      not_signed: 'nothing signed',
      key_unknown: 'key unknown',
      not_verified: 'not verified',
      not_supported: 'not checked',
      no_reading: 'no begin and end',
      clock_not_set: 'clock not set',
      no_register: 'not told',
      register_unclear: 'unclear: count or share',
      no_session: 'no session',
      session_open: 'not ended',
      session_invalid: 'invalid',
    } as Record<string, string>,
    asStated: 'Nothing else is agreed, so what the CDR states counts.',
    agreed: (figure: string, order: string) => `Agreed for the ${figure}: ${inOrder(order)}.`,
    differs: (figure: string, counts: string, difference: string | null) => {
      const source = SOURCES[counts] ?? counts;
      if (difference === null)
        return `The CDR’s ${figure} is not that of the ${source}, which counts.`;
      return figure === 'energy'
        ? `The CDR states ${apart(difference, 'kWh', 'more', 'less')} than the ${source}, which counts.`
        : `The CDR’s ${figure} is ${apart(difference, 's', 'later', 'earlier')} than that of the ${source}, which counts.`;
    },
    fieldset: 'Where charger, session and CDR disagree, this counts',
    first: (figure: string) => `${figure}: counts first`,
    next: (figure: string) => `${figure}: counts next`,
    orElse: 'else',
    order: inOrder,
  },

  thresholds: {
    title: 'What is odd, and when a CDR is missing',
    cdr_days: 'Days until a CDR is missing',
    session_kwh: 'Most energy of a session (kWh)',
    day_kwh: 'Most energy of a card in 24 hours (kWh)',
    session_hours: 'Longest session (hours)',
    price_percent: 'Price per kWh off the usual (%)',
    clock_s: 'Clock off (seconds)',
    meter_percent: 'Meter off (%)',
  },
  partner: {
    newTitle: 'New partner',
    editTitle: (name: string) => name,
    new: 'New partner…',
    edit: 'Company data…',
    missing: (count: number) => `${many(count, 'field')} needed before an invoice can be issued`,
    key: 'Party',
    keyHint: 'Country code and party id, such as NL-ABC',
    name: 'Company name',
    street: 'Street and number',
    postal_code: 'Postal code',
    city: 'City',
    country: 'Country code',
    vat_id: 'VAT number',
    email: 'E-mail for questions',
    iban: 'IBAN',
    bic: 'BIC',
    currency: 'Currency',
    time_zone: 'Time zone',
    due_days: 'Days to pay',
    tolerance: 'Tolerance per CDR',
    direction: 'Who bills whom',
    receivable: 'We bill them',
    payable: 'They bill us',
    dealer: 'Resells electricity',
    sessions: 'Sends sessions, so a CDR without one is odd',
    save: 'Save',
    add: 'Add partner',
    saved: (name: string) => `Saved ${name}`,
    bad: 'Please check the fields: the party is like NL-ABC, the currency like EUR, the zone like Europe/Amsterdam.',
  },

  partners: {
    title: 'Partners',
    edit: 'Edit…',
    missing: 'Data missing',
    direction: (code: string) => (direction as Record<string, string>)[code] ?? code,
    tabs: {
      agreement: 'Agreement',
      tariffs: 'Tariffs',
      statement: 'Statement',
      check: 'Partner check',
      connection: 'Connection',
    },
    address: 'Address',
    zone: 'Zone of its months',
    days: (count: number) => many(count, 'day'),
    counts: {
      energy: 'Energy that counts',
      start: 'Start that counts',
      end: 'End that counts',
    },
    sessions: 'Sends sessions',
    yes: 'Yes',
    no: 'No',
    readings: 'Readings that differ from the standard',
    standard: 'Standard readings throughout',
    emptyTitle: 'No partners yet',
    emptyText:
      'Partners appear with the first records that name them; import some, or add one yourself.',
  },

  reconcile,
  statement,
  partnerCheck,

  infer: {
    title: 'Find the readings',
    text: 'Looks for the readings that explain most CDRs of a month. Nothing changes until you agree.',
    run: 'Find the readings',
    looking: 'Looking…',
    explains: (explained: number, of: number, before: number) =>
      `Explains ${formatCount(explained)} of ${many(of, 'CDR')} (${formatCount(before)} ${
        before === 1 ? 'matches' : 'match'
      } as agreed).`,
    looked: (of: number, held: number) => `Looked at ${formatCount(of)} of ${many(held, 'CDR')}.`,
    same: 'No other reading explains more.',
    agree: 'Agree on this',
    agreeHint: 'Every CDR of this partner is priced anew.',
  },

  tariffs: {
    columns: {
      id: 'Tariff',
      kind: 'Kind',
      prices: 'Prices',
      versions: 'Versions',
      changed: 'Last changed',
      faults: 'Faults',
    },
    kind: (code: string) => tariffKind[code] ?? code.replaceAll('_', ' ').toLowerCase(),
    faults: (count: number) => many(count, 'fault'),
    back: 'All tariffs',
    versions: 'Versions, the newest first',
    changedOn: (date: string) => `Changed ${date}`,
    valid: validity,
    undated: 'Undated',
    source: (code: string) =>
      ({ published: 'Published', in_cdr: 'Seen in CDRs' })[code] ?? code.replaceAll('_', ' '),
    priced: (count: number, more: boolean) =>
      `priced ${more ? 'at least ' : ''}${many(count, 'CDR')}`,
    whatChanged: 'What changed',
    firstVersion: 'The first version we know',
    nothingChanged: 'Nothing that touches a price',
    faultsTitle: 'Faults',
    noFaults: 'No faults found',
    elements: 'Elements',
    emptyTitle: 'No tariffs of this partner',
    emptyText: 'Import its tariff file, or CDRs that carry their tariffs.',
  },

  tryIt: {
    title: 'Try it',
    fields: {
      start: 'Start',
      minutes: 'Minutes of charging',
      kwh: 'kWh',
      power: 'kW',
      parking: 'Minutes of parking after it',
    },
    hint: 'Give two of minutes, kWh and kW.',
    unclear:
      'Give exactly two of minutes, kWh and kW as plain numbers, and a start that the clock there has.',
    columns: {
      time: 'Time',
      what: 'What',
      billed: 'Billed',
      price: 'Unit price',
      amount: 'Amount',
    },
  },

  connect,
  connection,
  exporting,
  push,
  vault,

  audit: {
    title: 'Audit log',
    verify: 'Verify',
    intact: (count: number) => `${many(count, 'entry', 'entries')}, unbroken`,
    broken: (seq: number) => `Broken at entry ${formatCount(seq)}`,
    columns: { seq: 'No.', at: 'When', who: 'Who', what: 'What', object: 'Of', why: 'Why' },
    undone: (seq: number) => `undone by no. ${formatCount(seq)}`,
    undoTitle: 'Undo this decision',
    undoText: 'An opposite decision is added to the log; nothing is deleted.',
    older: 'Older entries',
    emptyTitle: 'No decisions yet',
    emptyText: 'Who did what, when and why: every decision is kept here for ever.',
  },
};
