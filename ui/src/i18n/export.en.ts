/** What is said about writing data out. */

import type { ExportDone, ExportRequest, JobState } from '@/api/client';
import { formatCount } from '@/lib/decimal';
import { many } from './many.en';

const whats = {
  cdrs: 'CDRs',
  sessions: 'Sessions',
  tariffs: 'Tariffs',
  locations: 'Locations',
  tokens: 'Tokens',
  reconciliation_records: 'Reconciliation records',
};

const nouns: Record<string, readonly [string, string]> = {
  cdrs: ['CDR', 'CDRs'],
  sessions: ['session', 'sessions'],
  tariffs: ['tariff', 'tariffs'],
  locations: ['location', 'locations'],
  tokens: ['token', 'tokens'],
  reconciliation_records: ['reconciliation record', 'reconciliation records'],
};

function counted(what: string, count: number): string {
  const [one, other] = nouns[what] ?? ['record', 'records'];
  return many(count, one, other);
}

/** What the parts of records are called; the rest is read from their names. */
const fields: Record<string, string> = {
  '': 'The whole record',
  'charging_periods[].tariff_id': 'Which tariff each charging period fell under',
  'charging_periods[].dimensions': 'What was measured in a charging period',
  'charging_periods[].dimensions[]': 'A measure of a charging period',
  'cdr_token.country_code': 'Country of the token’s issuer',
  'cdr_token.party_id': 'Issuer of the token',
  'cdr_token.uid': 'Number of the card or app',
  'cdr_token.type': 'Kind of token',
  'cdr_token.contract_id': 'Contract',
  auth_id: 'Contract',
  auth_method: 'How the driver was authorised',
  authorization_reference: 'Authorisation reference',
  session_id: 'Session of the CDR',
  invoice_reference_id: 'Invoice of the CDR',
  credit_reference_id: 'Which CDR a credit CDR corrects',
  home_charging_compensation: 'Home charging compensation',
  signed_data: 'Signed meter values',
  publish: 'Whether the location is public',
  party_id: 'Owner of each record: several owners in one list',
  time_zone: 'Time zone',
  type: 'Kind of place',
  parking_type: 'Kind of place',
  'cdr_location.evse_id': 'EVSE id',
  'cdr_location.evse_uid': 'EVSE',
  'cdr_location.connector_id': 'Connector',
  'cdr_location.connector_standard': 'Plug',
  'cdr_location.connector_format': 'Socket or cable',
  'cdr_location.connector_power_type': 'AC or DC',
  'cdr_location.coordinates': 'Position on the map',
  'location.evses[].status': 'Whether the EVSE was free',
  'evses[].status': 'Whether an EVSE is free',
  'evses[].capabilities[]': 'Something an EVSE can do',
  'evses[].connectors[].tariff_ids[]': 'Further tariffs of a connector',
  'facilities[]': 'Something near the location',
  'images[].category': 'What an image shows',
  total_fixed_cost: 'Flat fees in all',
  total_energy_cost: 'Energy cost in all',
  total_time_cost: 'Cost of charging time in all',
  total_parking_cost: 'Parking cost in all',
  total_reservation_cost: 'Reservation cost in all',
};

/** "location.evses[].last_updated" reads as "Last updated, of evses". */
function fieldName(path: string): string {
  const known = fields[path];
  if (known) return known;
  const parts = path.replaceAll('[]', '').split('.').reverse();
  const [last = path, ...within] = parts.map((part) => part.replaceAll('_', ' '));
  const name = last.charAt(0).toUpperCase() + last.slice(1);
  return within.length === 0 ? name : `${name}, of ${within.join(' of ')}`;
}

const whys: Record<string, (version: string) => string> = {
  unknown: (version) => `OCPI ${version} requires it, and no record in the book states it.`,
  empty: (version) => `OCPI ${version} requires at least one, and there is none.`,
  too_long: (version) => `It is longer than OCPI ${version} allows.`,
  not_in_list: (version) => `Its word is not one that OCPI ${version} has.`,
  credit_before_2_2: () => 'OCPI 2.1.1 has no credit CDRs: they would be read as charges.',
  not_in_version: (version) => `OCPI ${version} has no place for it, so it is not in the file.`,
  written_other: (version) =>
    `OCPI ${version} has no word for it; the file says “OTHER” in its place.`,
  too_fine: (version) => `It is finer than OCPI ${version} can say, and was cut.`,
  not_kept: () => 'It could not be read from the record, so it is not in the file.',
  gross_prices: (version) =>
    `Prices that contain tax: OCPI ${version} reads every price as net, so they are not in the file.`,
  written_na: () => 'It is required and not known; the file says “#NA” in its place.',
  written_unknown: () => 'It is required and not known; the file says “UNKNOWN” in its place.',
  written_records: () => 'It is only known of the record as a whole; that stands in its place.',
};

const units = ['bytes', 'kB', 'MB', 'GB'];

/** "12,431" bytes as "12.4 kB"; sizes are no money and may be rounded. */
function bytes(text: string): string {
  let size = Number(text);
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || size >= 100 ? 0 : 1;
  return `${size.toFixed(digits)} ${units[unit]}`;
}

export const exporting = {
  open: 'Export…',
  title: 'Export',
  titleOf: (run: { job: JobState; over: JobState | null }) =>
    run.over ? 'Export' : `Exporting to ${run.job.label}`,
  what: 'What',
  whats,
  format: 'As',
  formats: {
    xlsx: 'Excel workbook (XLSX)',
    csv: 'Table as text (CSV)',
    json: 'OCPI JSON, one list',
    ndjson: 'OCPI JSON, one record a line',
  },
  version: 'Version',
  partner: 'Partner',
  allPartners: 'All partners',
  month: 'Month',
  allMonths: 'All months',
  shown: 'The list as it is filtered:',
  unfiltered: 'every CDR',
  counting: 'Counting…',
  count: (what: string, count: number) =>
    count === 0 ? 'Nothing to export here.' : `${counted(what, count)} will go out.`,
  superseded: (count: number) =>
    `${counted('cdrs', count)} ${count === 1 ? 'was' : 'were'} corrected later and ${count === 1 ? 'does' : 'do'} not go out; the correction does if it is in the list.`,
  credits: (count: number) =>
    `${many(count, 'credit CDR')} will be left out: OCPI 2.1.1 has none, and they would be read as charges.`,
  aboutTable:
    'One line each, as in the list. Text that looks like a formula is marked so that no program runs it.',
  aboutRecords: 'Which CDRs your issued invoices cover; the same text in every version.',
  aboutJson: (version: string) =>
    `What came as OCPI ${version} goes out as it came. Anything else is written anew; a record that lacks what the version requires is left out and named at the end.`,
  publish: (count: number) =>
    `${counted('locations', count)} ${count === 1 ? 'does' : 'do'} not say whether the public may see ${count === 1 ? 'it' : 'them'}`,
  publishes: {
    leave: 'Leave them out',
    yes: 'Export them as public',
    no: 'Export them as not public',
  },
  act: (request: ExportRequest, count: number | undefined) =>
    count ? `Export ${counted(request.what, count)}…` : 'Export…',
  hide: 'Go on in the background',
  stop: 'Stop',
  wholeOrNone: 'The file appears when it is whole. If you stop, there is none.',
  stopped: 'Stopped. No file was written.',
  again: 'Export something else',
  written: (what: string, count: number, file: string) =>
    `${counted(what, count)} written to ${file}`,
  size: 'Size',
  bytes,
  nothingLost: (version: string) => `Everything could be said in OCPI ${version}.`,
  leftOut: 'Left out',
  lost: 'What the file does not say',
  stood: 'Not known, and written with a stand-in',
  field: fieldName,
  why: (why: string, version: string) => whys[why]?.(version) ?? why.replaceAll('_', ' '),
  records: (count: number) => many(count, 'record'),
  examples: (ids: readonly string[]) => ids.join(', '),
  more: (count: string) => `and ${count} more`,
  toast: (done: ExportDone, file: string) => {
    const left = done.left_out.reduce((sum, lack) => sum + lack.count, 0);
    const out = left > 0 ? ` · ${formatCount(left)} left out` : '';
    return `${counted(done.what, done.written)} written to ${file}${out}`;
  },
};
