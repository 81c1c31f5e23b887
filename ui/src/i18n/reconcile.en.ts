/** What the Reconcile screen says: verdicts, causes, reasons, stations and decisions. */

import {
  type Bucket,
  type CauseGroup,
  type LinkSuggestion,
  type Money,
  type PolicyProposal,
  type ReconcileMonth,
  type StationDto,
  waits,
} from '@/api/client';
import {
  absolute,
  formatCount,
  formatMoney,
  formatQuantity,
  isNegative,
  isZero,
} from '@/lib/decimal';
import { formatDate, formatDuration, formatMonth, formatShortDate } from '@/lib/time';
import { findings } from './findings.en';
import { many, plural } from './many.en';

interface ReasonText {
  name: string;
  sentence: string;
}

const say = (name: string, sentence: string): ReasonText => ({ name, sentence });

/** Why a record is in its bucket, by the word of the core; findings have texts of their own. */
const reasons: Readonly<Record<string, ReasonText>> = {
  equal: say('Equal', 'Stated and replayed are the same, and nothing speaks against it.'),
  within_tolerance: say('Within tolerance', 'The difference is smaller than what was agreed.'),
  credited: say('Credited', 'It was credited in order; credit and original add up to nothing.'),
  credit_of: say('Credit in order', 'It credits another CDR, and their amounts fit.'),
  settled: say('Settled', 'It stands on an issued invoice.'),
  disputed: say('Disputed', 'It is in an open case.'),
  held: say('On hold', 'Somebody put it aside.'),
  excluded: say('Excluded', 'Somebody ruled that it bills nothing.'),
  accepted: say('Accepted', 'Somebody accepted it as it is.'),
  original_waits: say('Waits for its original', 'It credits a CDR that is not decided yet.'),
  same_key: say('Same CDR again', 'The same CDR came a second time.'),
  changed_under_same_key: say(
    'CDR changed afterwards',
    'The same CDR came again with other content, which OCPI forbids.',
  ),
  same_session: say('Session billed twice', 'Another CDR bills the same session.'),
  same_content: say('Same content, other id', 'Another CDR says the same under another id.'),
  credit_without_original: say('Credit without its original', 'The CDR it credits is not here.'),
  credit_twice: say('Credited twice', 'The original was credited before.'),
  credit_amount: say('Credit amount differs', 'The credit is not the negative of its original.'),
  credit_currency: say('Credit in another currency', 'Credit and original differ in currency.'),
  credit_session: say('Credit of another session', 'Credit and original name other sessions.'),
  no_session: say('CDR without a session', 'No session of ours belongs to the CDR.'),
  no_tariff: say('No tariff known', 'Without a tariff the price cannot be replayed.'),
  not_priced: say('Price cannot be replayed', 'The tariff is known, but no price follows from it.'),
  nothing_stated: say('No price stated', 'The CDR says nothing about what it costs.'),
  total_differs: say('Total differs', 'The stated total is not what the tariff gives.'),
  accepted_by_rule: say('Accepted by a rule', 'A rule of this partner accepts it.'),
  beyond_month_tolerance: say(
    'Too much in all',
    'Each lies within the tolerance, and together they are more than was agreed for a month.',
  ),
  cdr_not_due: say('CDR not due yet', 'The session ended lately; its CDR may still come.'),
  no_cdr: say('Session without a CDR', 'The session ended, and no CDR bills it.'),
  changed_since_decided: say(
    'Changed since you decided',
    'It was decided, and its figures or its session changed since. Nothing decided was altered.',
  ),
};

function reason(word: string): ReasonText {
  return reasons[word] ?? findings[word] ?? say(word.replaceAll('_', ' '), '');
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** The words behind the colon of a key such as `reason:no_session`. */
const wordOf = (key: string) => key.slice(key.indexOf(':') + 1);

const UNEXPLAINED = say('Not explained', 'No single reading or supposition gives these figures.');

/** The short name of a group: "Every period is rounded up to its step". */
function causeName(group: Pick<CauseGroup, 'key' | 'kind' | 'text'>): string {
  if (group.kind === 'unexplained') return UNEXPLAINED.name;
  if (group.text) return capital(group.text);
  return reason(wordOf(group.key)).name;
}

/** What a group says as a sentence. */
function causeSentence(group: CauseGroup): string {
  if (group.kind === 'unexplained') return UNEXPLAINED.sentence;
  if (group.text) return `The stated figures match if ${group.text}.`;
  return reason(wordOf(group.key)).sentence;
}

/** The name of a group whose text is not at hand. */
function causeKeyName(key: string): string {
  if (key === 'unexplained') return UNEXPLAINED.name;
  return key.startsWith('reason:') ? reason(wordOf(key)).name : capital(wordOf(key));
}

const kind: Record<string, string> = {
  policy: 'Reading of the tariff',
  data: 'About the data',
  reason: 'Needs a look',
  unexplained: 'Not explained',
};

function who(direction: string): string {
  if (direction === 'receivable') return 'We ask';
  return direction === 'payable' ? 'They ask' : 'The CDRs ask';
}

const list = new Intl.ListFormat('en', { type: 'conjunction' });

const unsigned = (money: Money) =>
  formatMoney({ ...money, amount: absolute(money.amount) }, { exact: true });

/** "They ask €9,812.40 more than our replay". */
function asked(direction: string, difference: readonly Money[]): string {
  const some = difference.filter((money) => !isZero(money.amount));
  if (some.length === 0) return '';
  const parts = some.map(
    (money) => `${unsigned(money)} ${isNegative(money.amount) ? 'less' : 'more'}`,
  );
  return `${who(direction)} ${list.format(parts)} than our replay`;
}

/** What stands between the month and its close, in one sentence. */
function verdict(month: ReconcileMonth, matched: number, all: number): string {
  const match = `${formatCount(matched)} of ${formatCount(all)} match`;
  if (all === 0) return 'Nothing was charged.';
  const open = month.causes.filter((one) => !waits(one.bucket)).length;
  const waiting = month.causes.length - open;
  const rest = waiting > 0 ? `${many(waiting, 'reason')} disputed or on hold; ${match}` : match;
  if (open === 0) return `Nothing is left to decide; ${rest}.`;
  const differs = month.buckets.find((one) => one.bucket === 'differs');
  const money = asked(month.direction, differs?.difference ?? []);
  const causes = many(open, 'reason');
  if (money === '') return `${capital(causes)} to decide; ${rest}.`;
  return `${money}; ${causes} to decide; ${rest}.`;
}

const linkReasons: Record<string, string> = {
  same_contract: 'same contract',
  same_evse: 'same EVSE',
  same_location: 'same location',
  times_overlap: 'times overlap',
  times_near: 'times are close',
  energy_equal: 'same energy',
  energy_near: 'nearly the same energy',
  same_authorization: 'same authorisation',
  other_contract: 'another contract',
  other_evse: 'another EVSE',
  energy_differs: 'other energy',
  billed_already: 'has a CDR already',
};

/** What speaks against a suggestion. */
const AGAINST: ReadonlySet<string> = new Set([
  'other_contract',
  'other_evse',
  'energy_differs',
  'billed_already',
]);

function linkReasonsOf(suggestion: LinkSuggestion): { text: string; against: boolean }[] {
  return suggestion.reasons.map((word) => ({
    text: linkReasons[word] ?? word.replaceAll('_', ' '),
    against: AGAINST.has(word),
  }));
}

const matchedBy: Record<string, string> = {
  session_id: 'by the session id',
  authorization: 'by the authorisation',
  contract_evse_time: 'by contract, EVSE and time',
  original: 'through the CDR it credits',
  by_hand: 'by hand',
};

const fields: Record<string, string> = {
  session: 'Session',
  start: 'Start',
  end: 'End',
  energy: 'Energy',
  evse: 'EVSE',
  contract: 'Contract',
  currency: 'Currency',
  total: 'Total, net',
  total_incl: 'Total, gross',
  fixed_cost: 'Flat fee',
  energy_cost: 'Energy cost',
  time_cost: 'Charging time',
  parking_cost: 'Parking time',
  reservation_cost: 'Reservation',
  status: 'Status',
};

/** "clock 7 min ahead", "meter 5.1 % too high", "local time sent as UTC, 2 h ahead". */
function off(station: StationDto): string {
  const behind = isNegative(station.off);
  const size = absolute(station.off);
  switch (station.fault) {
    case 'clock': {
      const way = behind ? 'behind' : 'ahead';
      return `clock ${formatDuration(Number(size) * 1000)} ${way}`;
    }
    case 'local_time':
      return `local time sent as UTC: ${formatQuantity(size, 1)} h ${behind ? 'behind' : 'ahead'}`;
    case 'meter':
      return `CDRs say ${formatQuantity(size, 4)} times the energy of the sessions`;
    default:
      return station.fault.replaceAll('_', ' ');
  }
}

function drift({ fault, per_day }: StationDto): string {
  if (isZero(per_day)) return '';
  const more = isNegative(per_day) ? 'less' : 'more';
  const size = absolute(per_day);
  if (fault === 'clock') return `, ${formatQuantity(size, 1)} s ${more} each day`;
  if (fault === 'meter') return `, ${formatQuantity(size, 4)} ${more} each day`;
  return `, ${formatQuantity(size, 1)} h ${more} each day`;
}

function stationSince({ since, until }: StationDto): string {
  if (until) return `from ${formatDate(since)} to ${formatDate(until)}`;
  return `since ${formatDate(since)}`;
}

/** "Clock 7 min ahead since 3 Sept 2026". */
function station(one: StationDto): string {
  return capital(`${off(one)}${drift(one)} ${stationSince(one)}`);
}

/** "Clock 7 min ahead since 3 Sept 2026, 41 CDRs, €212.00 at stake". */
function stationWhole(one: StationDto): string {
  const stake = one.at_stake.map((money) => formatMoney(money));
  const parts = [station(one), many(one.cdrs, 'CDR')];
  if (stake.length > 0) parts.push(`${list.format(stake)} at stake`);
  return parts.join(', ');
}

/** A count of rows in words: "1,204 CDRs", "31 sessions". */
function rows(count: number, bucket: string): string {
  return bucket === 'missing_cdr' ? many(count, 'session') : many(count, 'CDR');
}

const beyond: Record<string, string> = {
  per_cdr: 'per CDR',
  per_kwh: 'per kWh',
  percent: 'in percent',
  not_agreed: 'nothing agreed for their currency',
};

const sumsOf = (sums: readonly Money[]) =>
  list.format(sums.map((money) => formatMoney(money, { signed: true })));

/** Sensible words for a decision that nobody gave a reason for yet. */
function standardReason(verb: string, about: string): string {
  switch (verb) {
    case 'accept':
      return `Accepted after a look: ${about}`;
    case 'dispute':
      return `Disputed: ${about}`;
    case 'hold':
      return `Waits for the partner: ${about}`;
    case 'exclude':
      return `Bills nothing: ${about}`;
    default:
      return about;
  }
}

const acts: Record<string, [title: string, act: string]> = {
  accept: ['Accept', 'Accept'],
  dispute: ['Dispute', 'Dispute'],
  hold: ['Hold', 'Hold'],
  exclude: ['Exclude', 'Exclude'],
};

/** What a decision will do, said before it is made. */
function consequence(verb: string, what: string, count: number, direction: string): string {
  const one = plural.select(count) === 'one';
  switch (verb) {
    case 'accept':
      return direction === 'receivable'
        ? `What ${one ? 'it states' : 'they state'} is settled as it is.`
        : `We settle what ${one ? 'it states' : 'they state'}.`;
    case 'dispute':
      return one ? 'Opens one case for it.' : `Opens one case for all ${formatCount(count)}.`;
    case 'hold':
      return `${what} ${one ? 'waits' : 'wait'} until then and come${one ? 's' : ''} back by ${
        one ? 'itself' : 'themselves'
      }.`;
    case 'exclude':
      return `${what} will bill nothing. The record${one ? ' itself stays' : 's themselves stay'}.`;
    default:
      return '';
  }
}

const done: Record<string, string> = {
  accept: 'accepted',
  dispute: 'disputed',
  hold: 'on hold',
  exclude: 'excluded',
};

interface Done {
  verb: string;
  count: number;
  unchanged: number;
  caseNumber: number | null;
  reason: string;
  until: string | null;
}

/** "1,204 disputed in case 12: “…”". */
function decided({ verb, count, unchanged, caseNumber, reason: why, until }: Done): string {
  const what = `${formatCount(count)} ${done[verb] ?? verb}`;
  const where = caseNumber === null ? '' : ` in case ${formatCount(caseNumber)}`;
  const when = until === null ? '' : ` until ${formatDate(until)}`;
  const rest = unchanged === 0 ? '' : ` ${formatCount(unchanged)} left as they are.`;
  return `${what}${where}${when}: “${why}”.${rest}`;
}

function proposed({ explains, of, text }: PolicyProposal): string {
  return `${formatCount(explains)} of ${formatCount(of)} CDRs that differ match if ${text}.`;
}

const bucketText: Record<Bucket, string> = {
  matched: 'Stated and replayed agree',
  differs: 'Stated and replayed differ',
  missing_cdr: 'Sessions that no CDR bills',
  missing_session: 'CDRs without a session of ours',
  duplicate: 'CDRs that bill something again',
  needs_tariff: 'CDRs that cannot be priced',
  on_hold: 'Put aside',
  disputed: 'In a case',
  accepted: 'Accepted as they are',
  settled: 'On an issued invoice',
};

export const reconcile = {
  title: 'Reconcile',
  reason,
  reasons,
  causeName,
  causeSentence,
  causeKeyName,
  kind: (code: string) => kind[code] ?? code,
  verdict,
  bucketText,
  share: (percent: string) => `${formatQuantity(percent, 1, 1)} %`,
  rows,
  sumsOf,
  moneyOf: (sums: readonly Money[]) => sums.map((money) => formatMoney(money)).join(' · '),
  stale: 'Something came in since this month was reconciled.',
  again: 'Reconcile again',
  chooseTitle: 'Choose a partner and a month',
  chooseText: 'One partner-month is reconciled at a time. What blocks each is said beside it.',
  chooseNone: 'Nothing to reconcile yet',
  chooseNoneText: 'Reconciling compares CDRs, sessions and tariffs. Bring in a file of them first.',
  clear: 'Nothing to decide',
  tabs: {
    causes: 'Causes',
    findings: 'Findings',
    stations: 'Stations',
    charts: 'Charts',
    rules: 'Rules',
  },
  emptyTitle: 'Nothing is left to decide',
  emptyText: (month: string) =>
    `Every CDR and session of ${formatMonth(month)} is matched or decided. The month can be settled.`,
  settle: 'Go to Settle',
  nothingTitle: 'Nothing was charged',
  nothingText: (month: string) => `The book holds no CDR or session for ${formatMonth(month)}.`,
  findingsNone: 'No findings',
  findingsNoneText: 'Nothing odd was found on any CDR of the month.',
  stationsNone: 'No station is off',
  stationsNoneText:
    'Where CDRs and sessions of a station disagree about time or energy in a steady way, it is named here.',
  rulesNone: 'No rules yet',
  rulesNoneText:
    'A cause that you always accept can become a rule: choose it among the causes and press R.',
  columns: {
    cause: 'Cause',
    count: 'CDRs',
    difference: 'Difference',
    when: 'When',
    start: 'Start',
    location: 'Location',
    id: 'CDR or session',
    energy: 'kWh',
    stated: 'Stated',
    replayed: 'Replayed',
    why: 'Why',
    finding: 'Finding',
    meaning: 'What it means',
    station: 'Station',
    off: 'What is off',
    stake: 'At stake',
  },
  span: (first: string, last: string) =>
    first.slice(0, 10) === last.slice(0, 10)
      ? formatShortDate(first)
      : `${formatShortDate(first)} – ${formatShortDate(last)}`,
  open: (count: number, bucket: string) => `Show the ${rows(count, bucket)}`,
  groups: (count: number) => many(count, 'cause'),
  toDecide: (count: number) => `${formatCount(count)} to decide`,
  firstLast: 'First and last',
  places: 'Locations',
  tariffs: 'Tariffs',
  andMore: (shown: number, all: number) => `and ${formatCount(all - shown)} more`,
  stated: 'Stated',
  ambiguous: (count: number) =>
    `For ${many(count, 'CDR')} another cause explains the figures as simply. Look at ${
      plural.select(count) === 'one' ? 'it' : 'some'
    } before you decide.`,
  allExplained: 'No other cause explains them as simply.',
  verbs: {
    accept: 'Accept',
    dispute: 'Dispute',
    hold: 'Hold',
    exclude: 'Exclude…',
    holdUntil: 'Hold until…',
    more: 'More decisions',
    rule: 'Always accept this…',
    link: 'Link',
    unlink: 'Unlink',
    explain: 'Explain price',
  },
  actTitle: (verb: string, what: string) => `${acts[verb]?.[0] ?? verb} ${what}`,
  act: (verb: string, what: string) => `${acts[verb]?.[1] ?? verb} ${what}`,
  consequence,
  standardReason,
  until: 'Until',
  decided,
  changedNothing: 'Nothing changed: the decision means nothing there.',
  linked: (id: string) => `Linked with ${id}`,
  unlinked: 'Unlinked. Both records stay.',
  linkReason: (confidence: number) => `Linked by hand, ${formatCount(confidence)} % sure`,
  unlinkReason: 'They do not belong together',
  nothingToLink: 'Nothing here to link or unlink.',
  undoReason: 'Taken back on the Reconcile screen',
  undoNothing: 'Nothing to undo in this visit.',
  within: (count: number) =>
    count === 0 ? 'No difference is within the tolerance.' : `${many(count, 'CDR')} accepted`,
  withinReason: 'Within the tolerance',
  back: 'Back to the causes',
  dropFilter: (name: string) => `Drop ${name}`,
  filterDay: (day: string) => `Ended on ${formatDate(day)}`,
  allDecided: 'All of these are decided',
  allDecidedText: 'No CDR or session is left in this choice.',

  evidence: 'Evidence',
  evidenceNone: 'Choose a row to see its evidence.',
  sides: { cdr: 'CDR', session: 'Session', replay: 'Replay', statement: 'Statement' },
  field: (word: string) => fields[word] ?? word.replaceAll('_', ' '),
  fieldHead: 'Field',
  differs: 'differs',
  noStatement: 'It is on no statement of the partner.',
  likely: 'Likely cause',
  likelyText: (clause: string) => `The stated figures match if ${clause}.`,
  likelyNone: 'No single reading gives the stated figures.',
  matchedBy: (by: string) => `Found ${matchedBy[by] ?? by}`,
  stationSays: 'Its station',
  stationExplains: 'That is all that is different about time and energy here.',
  stationNot: 'That does not explain all that is different here.',
  station,
  stationWhole,
  suggestions: (ofCdr: boolean) => (ofCdr ? 'Sessions that could fit' : 'CDRs that could fit'),
  suggestionsNone: 'Nothing that fits is in the book.',
  confidence: (percent: number) => `${formatCount(percent)} % sure`,
  linkReasonsOf,
  findings: 'Findings',
  history: 'History',
  changed: 'Changed since you decided',

  tolerance: {
    title: 'Tolerance',
    text: 'What counts as equal. Every limit that is set must hold.',
    per_cdr: 'Per CDR',
    per_kwh: 'Per kWh',
    per_month: 'Per month',
    percent: 'Percent of the stated',
    slider: 'Per CDR, by sliding',
    bad: 'Write a number such as 0.05, or leave it empty.',
    none: 'not agreed',
    would: (count: number, sums: string) =>
      count === 0
        ? 'Would accept nothing of what differs.'
        : `Would accept ${many(count, 'CDR')}${sums ? `, ${sums}` : ''}.`,
    beyond: (name: string, count: number) =>
      `${formatCount(count)} beyond: ${beyond[name] ?? name.replaceAll('_', ' ')}`,
    monthBroken: (currency: string, count: number, sum: string) =>
      `The ${currency} sum of ${many(count, 'CDR')}, ${sum}, is above the limit of the month: none of them passes by itself.`,
    accept: 'Accept these',
    keep: 'Keep as the partner’s tolerance',
    kept: (name: string) => `Kept as the tolerance of ${name}`,
    open: 'Tolerance',
  },

  rule: {
    title: 'Always accept this',
    none: 'No rule follows from this: only readings and suppositions can become rules.',
    when: 'A later CDR of this partner is accepted by itself if all of this holds:',
    cause: (text: string) => `it matches if ${text}`,
    location: (name: string) => `the location is ${name}`,
    tariff: (name: string) => `the tariff is ${name}`,
    currency: (code: string) => `the currency is ${code}`,
    atMost: 'the difference, up or down, is at most',
    drop: (name: string) => `Drop: ${name}`,
    caught: 'What it would have caught',
    month: 'Month',
    ambiguous: 'Also explained otherwise',
    keep: 'Keep the rule',
    kept: (text: string) => `From now on accepted: ${text}`,
    reason: (text: string) => `Agreed: ${text}`,
    by: (actor: string, at: string) => `${actor}, ${at}`,
    end: 'End the rule',
    ended: 'The rule ended. What it accepted stays accepted.',
    atMostOf: (amount: string) => `at most ${amount} apart`,
  },

  proposal: {
    title: 'One reading explains most of this month',
    proposed,
    ambiguous: (count: number) =>
      `Of them ${many(count, 'CDR')} another reading explains as simply.`,
    month: 'Month',
    cdrs: 'CDRs',
    repaired: 'Would match',
    broken: 'Would differ',
    before: 'Difference now',
    after: 'Then',
    adopt: 'Adopt this reading',
    show: 'What it would change',
    hide: 'Hide',
  },

  charts: {
    table: 'As a table',
    chart: 'As a chart',
    day: 'Day',
    byCause: 'Differences by cause and day',
    byCauseText: 'A bar opens its rows.',
    byCauseNone: 'No difference on any day.',
    cdrs: 'CDRs',
    money: (currency: string) => `Amount, ${currency}`,
    others: 'Other causes',
    dayOf: (day: string, parts: readonly string[]) => `${formatDate(day)}: ${parts.join(', ')}`,
    missing: 'Missing CDRs by day',
    missingText: 'Sessions that ended on each day, and those without a CDR.',
    billed: 'With a CDR',
    withoutCdr: 'Without a CDR',
    sessions: 'Sessions',
    missingCdrs: 'Missing CDRs',
    missingSessions: 'Missing sessions',
    hole: (day: string, missing: number, sessions: number) =>
      `${formatDate(day)}: ${formatCount(missing)} of ${many(sessions, 'session')} without a CDR. A delivery may be lost.`,
    scatter: 'Stated against replayed',
    scatterText: 'Above the line more is stated than replayed. A point opens its row.',
    scatterNone: 'No CDR of the station has both figures.',
    station: 'Station',
    currency: 'Currency',
    point: (id: string, stated: string, replayed: string) =>
      `${id}: stated ${stated}, replayed ${replayed}`,
    firstOf: (shown: number, all: number) =>
      `The first ${formatCount(shown)} of ${formatCount(all)}.`,
  },
};
