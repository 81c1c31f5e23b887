/** What is said about a partner's own figures of the same sessions beside ours. */

import type { Money, PartnerCheck, SampleDone } from '@/api/client';
import { absolute, formatCount, formatMoney, isNegative, isZero } from '@/lib/decimal';
import { formatMonth } from '@/lib/time';
import { many } from './many.en';

const verdict: Record<string, string> = {
  agrees: 'Identical',
  differs: 'Total differs',
  fields_differ: 'Other field differs',
  not_compared: 'No total to compare',
  only_reported: 'Missing on our side',
  only_held: 'Missing in their file',
};

const verdictText: Record<string, string> = {
  agrees: 'Every field that both sides have is the same, rounding aside.',
  differs: 'The total they computed is not the one we compute.',
  fields_differ: 'The totals agree, and another field does not.',
  not_compared: 'One side has no total, so only the other fields could be compared.',
  only_reported: 'Their file has it, and we hold no such CDR.',
  only_held: 'We hold it in this month, and their file does not have it.',
};

const standing: Record<string, string> = {
  equal: 'Same',
  within: 'Rounding',
  differs: 'Differs',
  only_held: 'Only ours',
  only_reported: 'Only theirs',
};

const cause: Record<string, string> = {
  facts: 'Other times or energy',
  tariff: 'Another tariff',
  reading: 'Another reading of the tariff',
  unexplained: 'No explanation found',
  not_searched: 'Not searched',
};

const group: Record<string, string> = {
  compared: 'Compared',
  not_compared: 'Not comparable',
  only_reported: 'Missing on our side',
  only_held: 'Missing in their file',
};

const field: Record<string, string> = {
  id: 'CDR id',
  session_id: 'Session id',
  authorization_reference: 'Authorisation reference',
  start_date_time: 'Start',
  end_date_time: 'End',
  currency: 'Currency',
  'cdr_location.id': 'Location id',
  'cdr_location.evse_uid': 'EVSE uid',
  'cdr_location.evse_id': 'EVSE id',
  'cdr_location.connector_id': 'Connector',
  'cdr_token.contract_id': 'Contract',
  'cdr_token.uid': 'Token uid',
  total_energy: 'Energy, kWh',
  total_time: 'Time, hours',
  total_parking_time: 'Parking time, hours',
  'total_cost.excl_vat': 'Total, net',
  'total_cost.incl_vat': 'Total, gross',
  'total_fixed_cost.excl_vat': 'Flat fee, net',
  'total_fixed_cost.incl_vat': 'Flat fee, gross',
  'total_energy_cost.excl_vat': 'Energy cost, net',
  'total_energy_cost.incl_vat': 'Energy cost, gross',
  'total_time_cost.excl_vat': 'Time cost, net',
  'total_time_cost.incl_vat': 'Time cost, gross',
  'total_parking_cost.excl_vat': 'Parking cost, net',
  'total_parking_cost.incl_vat': 'Parking cost, gross',
  'total_reservation_cost.excl_vat': 'Reservation cost, net',
  'total_reservation_cost.incl_vat': 'Reservation cost, gross',
  'tariffs.id': 'Tariffs',
  charging_periods: 'Number of periods',
  'charging_periods.start_date_time': 'Period start',
};

const PERIOD = 'charging_periods.';

/** `charging_periods.MAX_POWER` is "Period: max power". */
function fieldName(name: string): string {
  const known = field[name];
  if (known) return known;
  if (!name.startsWith(PERIOD)) return name;
  return `Period: ${name.slice(PERIOD.length).replaceAll('_', ' ').toLowerCase()}`;
}

const by: Record<string, string> = {
  id: 'Found by the CDR’s id',
  session: 'Found by its session',
  overlap: 'Found by contract, EVSE and time',
};

function differenceWords(money: Money): string {
  if (isZero(money.amount)) return 'No difference';
  const amount = formatMoney({ ...money, amount: absolute(money.amount) }, { exact: true });
  return `They compute ${amount} ${isNegative(money.amount) ? 'less' : 'more'} than we do`;
}

export const partnerCheck = {
  title: 'Partner check',
  text: 'Before going live: the partner’s own computed totals of the same sessions beside ours, field by field. Nothing of their file is kept.',
  choose: 'Choose their file…',
  chooseOther: 'Choose another file…',
  covers: 'The file holds',
  sample: 'a sample of CDRs',
  wholeMonth: (month: string) => `all CDRs of ${formatMonth(month)}`,
  emptyTitle: 'No file compared yet',
  emptyText:
    'Choose the CDRs that the partner computed: OCPI JSON or a spreadsheet. If they have none, send them a sample of ours and let them compare.',
  running: (file: string) => `Comparing ${file}…`,
  unclear: 'Import a file of this kind once, and keep how it is read as the partner’s template.',
  saveXlsx: 'Save as Excel…',
  savePdf: 'Save as PDF…',
  exportSample: 'Export our sample…',
  saved: (file: string) => `${file} is saved.`,
  equal: 'Everything agrees',
  differs: 'There are differences',
  about: (found: PartnerCheck) =>
    `${found.file} · ${found.month ? formatMonth(found.month) : 'a sample'}`,
  rejected: (count: number, first: string) =>
    `${many(count, 'record')} of the file could not be read, the first: ${first}.`,
  rejectedAt: (number: number) => `number ${formatCount(number)}`,
  verdict: (code: string) => verdict[code] ?? code.replaceAll('_', ' '),
  verdictText: (code: string) => verdictText[code] ?? '',
  standing: (code: string) => standing[code] ?? code.replaceAll('_', ' '),
  cause: (code: string) => cause[code] ?? code.replaceAll('_', ' '),
  group: (code: string) => group[code] ?? code.replaceAll('_', ' '),
  field: fieldName,
  period: (number: number) => `period ${formatCount(number + 1)}`,
  by: (code: string) => by[code] ?? code,
  differenceWords,
  gross: 'gross',
  sums: 'Sums',
  causes: 'Why totals differ',
  noCauses: 'No total differs.',
  fields: 'Fields',
  allFields: (count: number) => `Show all ${formatCount(count)} fields`,
  fewFields: 'Show only fields with differences',
  noFields: 'Every field that both sides have is the same.',
  records: 'CDRs',
  filtered: 'Only',
  dropFilter: 'Show all CDRs',
  shown: (shown: number, of: number) =>
    shown < of
      ? `${formatCount(shown)} of ${many(of, 'CDR')}, the largest differences first; the Excel file has all.`
      : many(of, 'CDR'),
  none: 'No CDR here fits. The Excel file has every CDR.',
  open: (id: string) => `Fields of ${id}`,
  oneSided: 'There is nothing to compare it with.',
  showCdr: 'Show the CDR',
  columns: {
    count: 'CDRs',
    theirs: 'Theirs, net',
    ours: 'Ours, net',
    difference: 'Difference',
    energyTheirs: 'Their kWh',
    energyOurs: 'Our kWh',
    cause: 'Cause',
    worth: 'Worth, net',
    field: 'Field',
    same: 'Same',
    rounding: 'Rounding',
    differ: 'Differ',
    oneSide: 'One side only',
    largest: 'Largest',
    result: 'Result',
    cdr: 'CDR',
    start: 'Start (UTC)',
    theirValue: 'Theirs',
    ourValue: 'Ours',
  },
  sampleTitle: 'Export our sample',
  sampleText:
    'CDRs of the month, spread over its days, with the totals that we compute. Send them to the partner to compare with theirs.',
  sampleMonth: 'Month',
  sampleCount: 'How many CDRs',
  sampleFormat: 'Form',
  sampleFormats: { xlsx: 'Excel (xlsx)', json: 'OCPI JSON' },
  sampleVersion: 'Version',
  sampleAct: 'Choose where to save…',
  sampleDone: (done: SampleDone) =>
    `${formatCount(done.written)} of ${many(done.of, 'priced CDR')} are saved in ${done.saved.file}.`,
};
