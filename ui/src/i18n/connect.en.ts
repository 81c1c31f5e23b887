/** What is said about partners' servers: the wizard, a connection's health, sending, the vault. */

import { formatCount } from '@/lib/decimal';
import { formatMonth } from '@/lib/time';
import { many, plural } from './many.en';

const list: Record<string, string> = {
  cdrs: 'CDRs',
  sessions: 'Sessions',
  tariffs: 'Tariffs',
  locations: 'Locations',
  tokens: 'Tokens',
  invoicereconciliation: 'Reconciliation records',
};

const check: Record<string, string> = {
  address: 'The address',
  reachable: 'The server answers',
  tls: 'Encryption',
  versions: 'Versions list',
  version: 'Version to speak',
  modules: 'What the partner offers',
  register: 'Registration',
  roles: 'Whose records it sends',
  dry_run: 'The first CDRs',
  clock: 'Its clock',
  paging: 'Pages follow each other',
};

const sentAs: Record<string, string> = {
  auto: 'as the version demands',
  plain: 'as it is',
  base64: 'in Base64',
};

/** How a server departs from OCPI, and what Tallywatt does about it. */
const departure: Record<string, { what: string; done: string }> = {
  link_missing: {
    what: 'It does not say where the next page is.',
    done: 'Tallywatt counts what came against the total and asks on from there.',
  },
  link_broken: {
    what: 'Its address of the next page leads nowhere.',
    done: 'Tallywatt ignores it and works the address out itself.',
  },
  link_miscounts: {
    what: 'Its address of the next page skips or repeats records.',
    done: 'Tallywatt counts what came and asks from there, so nothing is skipped.',
  },
  link_circles: {
    what: 'Its pages lead in a circle.',
    done: 'Tallywatt notices the circle, leaves it and reads each page once.',
  },
  date_to_needed: {
    what: 'It answers only when it is told up to which day.',
    done: 'Tallywatt always names an end.',
  },
  holes: {
    what: 'It cannot hand out some of its records.',
    done: 'Tallywatt steps over them, counts them as missing and asks again with each pull.',
  },
  foreign_objects: {
    what: 'It hands out records of other parties, too.',
    done: 'Tallywatt does not take them over; they are listed with the import.',
  },
  date_from_ignored: {
    what: 'It sends everything, however far back, whatever day is asked for.',
    done: 'Tallywatt keeps what is new and passes over what is known; each pull takes longer.',
  },
};

export const connect = {
  title: (partner: string) => `Connect ${partner}`,
  changeTitle: (partner: string) => `Change the connection to ${partner}`,
  anyTitle: 'Connect a partner’s server',
  steps: {
    address: 'Address and token',
    checks: 'Checks',
    dry: 'First CDRs',
    schedule: 'Schedule',
  },
  step: (n: number, of: number) => `Step ${n} of ${of}`,
  list: (module: string) => list[module] ?? module,
  back: 'Back',
  partner: 'Partner',
  choosePartner: 'Choose a partner…',
  noPartners: 'There is no partner yet. Add one first; it needs no more than its party and name.',
  needed: 'What you need',
  neededTexts: [
    'The address of the partner’s versions list; it usually ends in /versions.',
    'A token that the partner made for you.',
    'About three minutes: every step is checked before anything is stored.',
  ],
  url: 'Address of the versions list',
  urlHint: 'https://ocpi.example.com/ocpi/versions',
  token: 'Token',
  tokenHint: 'As the partner gave it',
  tokenKept: 'Empty keeps the token of now',
  tokenShow: 'Show the token',
  tokenHide: 'Hide the token',
  tokenStays: 'It stays on this computer, in its keychain or an encrypted file, never in the book.',
  kind: 'What the token is',
  kinds: { fixed: 'Fixed token', register: 'Register (handshake)' },
  kindText: {
    fixed: 'The partner made this token for you. It is used as it is for every request.',
    register:
      'The partner gave you a first token to register with. Both sides then exchange lasting ones. It needs an address of yours that the partner can reach (a tunnel, a forwarded port or a VPN); Tallywatt listens there only while it registers.',
  },
  ourUrl: 'Our address, as the partner reaches it',
  ourUrlHint: 'https://tally.example.com/ocpi/versions',
  listen: 'Listen on this computer at',
  listenHint: '127.0.0.1:8780',
  advanced: 'Advanced',
  version: 'OCPI version',
  versionAuto: 'Highest in common',
  sentAs: 'Token is sent',
  sentAsText: (code: string) => {
    const text = sentAs[code] ?? code;
    return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
  },
  plainHttp: 'Allow plain http',
  plainHttpText: 'Anybody on the way can read the token and the charging of your drivers.',
  inside: 'Allow private addresses',
  insideText: 'For a server inside your own network or VPN.',
  besides: 'Further hosts that the token may go to',
  besidesHint: 'One address a line, such as https://cdrs.example.com',
  authority: 'One more certificate authority that is trusted, for this partner only',
  authorityHint: '-----BEGIN CERTIFICATE-----',
  byHand: 'Addresses by hand',
  byHandText:
    'Only where the partner’s versions list cannot be read. Choose the version above, too.',
  check: 'Check the connection',
  checking: 'Checking…',
  stop: 'Stop',
  checkName: (code: string) => check[code] ?? list[code] ?? code.replaceAll('_', ' '),
  checkStates: { good: 'Good', odd: 'Works, with something to know', bad: 'Failed' } as Record<
    string,
    string
  >,
  good: (version: string, modules: readonly string[]) =>
    `It works: OCPI ${version} with ${modules.map((one) => list[one] ?? one).join(', ')}.`,
  receives: 'It also takes CDRs from us.',
  bad: 'It does not work yet. Nothing was stored.',
  raw: (count: number) => `What was said (${formatCount(count)})`,
  noAnswer: 'no answer',
  millis: (ms: number) => `${formatCount(ms)} ms`,
  bytes: (bytes: number) => many(bytes, 'byte'),
  shownOf: (shown: number, bytes: number) =>
    `The first ${formatCount(shown)} of ${many(bytes, 'byte')}.`,
  requestId: 'Request',
  correlationId: 'Run',
  sent: 'Sent',
  answered: 'Answered',
  masked: 'Tokens are masked.',
  copy: 'Copy',
  toDry: 'See its first CDRs',
  toSchedule: 'Go on to the schedule',
  dryRun: (good: number, of: number) =>
    `${formatCount(good)} of ${many(of, 'CDR')} ${
      good === 1 ? 'matches' : 'match'
    }; nothing is stored yet.`,
  dryRunEmpty: 'The partner has no CDRs to show yet',
  dryRunEmptyText:
    'The list can be read and is empty, or CDRs are not offered. Pulls bring them later.',
  dryRunHint: 'Open a row to see how its price is made.',
  dryColumns: {
    id: 'CDR',
    start: 'Start (UTC)',
    energy: 'kWh',
    stated: 'Stated',
    computed: 'Computed',
    difference: 'Difference',
    verdict: 'Result',
    cause: 'Likely cause',
  },
  unreadable: 'Not readable',
  verdicts: {
    matches: 'Matches',
    differs: 'Differs',
    not_priced: 'Not priced',
  } as Record<string, string>,
  lineColumns: {
    start: 'From (UTC)',
    what: 'What',
    billed: 'Billed',
    price: 'Unit price',
    amount: 'Excl. VAT',
    from: 'Tariff',
  },
  measured: (measured: string) => `measured ${measured}`,
  element: (tariff: string, element: number) => `${tariff}, element ${formatCount(element)}`,
  nothingPriced: 'Nothing was priced.',
  every: 'Pull',
  everyText: (hours: number | null) => {
    if (hours === null) return 'By hand only';
    return hours === 1 ? 'Every hour' : `Every ${formatCount(hours)} hours`;
  },
  whileOpen: 'Pulls happen while Tallywatt is open; those missed are caught up when it starts.',
  since: 'Start with',
  sinceAll: 'Everything the partner has',
  sinceDay: 'What changed since',
  sinceDayName: 'First day',
  keep: (partner: string) => `Connect ${partner}`,
  keepChange: 'Keep the change',
  done: (partner: string) => `${partner} is connected`,
  doneText: 'Nothing was pulled yet. Pull now, or leave it to the schedule.',
  doneByHand: 'Nothing was pulled yet, and nothing will be until you pull by hand.',
  pull: 'Pull now',
  later: 'Later',
  door: 'Connect a partner’s server',
  doorText:
    'Checked step by step, then CDRs, sessions, tariffs, locations and tokens come by themselves.',
  doorAct: 'Connect…',
};

export const connection = {
  emptyTitle: 'Not connected',
  emptyText:
    'A connection pulls CDRs, sessions, tariffs, locations and tokens from the partner’s OCPI server every night, so nobody has to send or import files. You need the address of its versions list and a token.',
  connect: 'Connect…',
  pull: 'Pull now',
  pulling: 'Pulling…',
  pulled: (partner: string, records: number) =>
    `Pulled from ${partner}: ${many(records, 'record')} received`,
  change: 'Change…',
  renew: 'Renew token…',
  renewTitle: 'Renew the token',
  renewText:
    'Both sides exchange new tokens; the old ones stop working. The partner must reach you at this address meanwhile.',
  renewAct: 'Renew the token',
  renewed: (partner: string) => `${partner}: new tokens are in use`,
  remove: 'Disconnect…',
  removeTitle: (partner: string) => `Disconnect ${partner}`,
  removeText: (registered: boolean) =>
    registered
      ? 'Tallywatt ends the registration at the partner and forgets the token. To connect again you need a new token from the partner. What was pulled stays.'
      : 'Tallywatt forgets the token. To connect again you need it from the partner. What was pulled stays.',
  removeAct: (partner: string) => `Disconnect ${partner}`,
  removed: (partner: string) => `${partner} is disconnected`,
  address: 'Address',
  version: 'OCPI version',
  tokenIs: 'Token',
  token: (registered: boolean, as: string) =>
    `${registered ? 'Agreed by registering' : 'Fixed'}, sent ${sentAs[as] ?? as}`,
  since: 'Connected',
  plainHttp: 'Not encrypted: anybody on the way can read the token and what is pulled.',
  inside: 'Private addresses are allowed: the partner’s server may lie inside your network.',
  besides: (hosts: readonly string[]) => `The token may also go to ${hosts.join(', ')}.`,
  health: 'Health',
  columns: {
    list: 'List',
    ended: 'Last pull',
    outcome: 'Outcome',
    received: 'Received',
    newest: 'Newest',
    next: 'Next pull',
  },
  outcomes: { complete: 'Complete', partial: 'Partial', failed: 'Failed' } as Record<
    string,
    string
  >,
  streak: (outcome: string, times: number) =>
    `${outcome === 'failed' ? 'failed' : 'incomplete'} ${formatCount(times)} times in a row`,
  notPulled: 'Not pulled yet',
  received: (count: number, total: number | null) =>
    total === null ? formatCount(count) : `${formatCount(count)} of ${formatCount(total)}`,
  departures: 'How this partner departs from OCPI',
  departure: (code: string) => departure[code] ?? { what: code.replaceAll('_', ' '), done: '' },
  inLists: (modules: readonly string[]) =>
    `Seen in ${modules.map((one) => list[one] ?? one).join(', ')}`,
  schedule: 'Schedule',
  next: (when: string) => `Next pull ${when}.`,
  nextNone: 'No pull is planned.',
  whileOpen:
    'Pulls happen while Tallywatt is open; those missed are caught up when it starts. To pull with the window closed, put this line into cron:',
  cronPassphrase: 'The tokens lie in an encrypted file: set TALLYWATT_PASSPHRASE for cron, too.',
  scheduled: 'The schedule is changed',
  copyLine: 'Copy the line',
};

const pushState: Record<string, string> = {
  to_send: 'To send',
  sent: 'Sent',
  refused: 'Refused',
  unknown: 'No answer',
};

export const push = {
  title: 'Send our CDRs',
  text: 'The partner takes CDRs from us. Sent CDRs are at the partner for good.',
  state: (code: string) => pushState[code] ?? code.replaceAll('_', ' '),
  columns: {
    id: 'CDR',
    start: 'Start (UTC)',
    stated: 'Stated',
    state: 'State',
    why: 'Why, or where',
  },
  more: (count: number) => `The first ${formatCount(count)} are shown.`,
  again: (count: number) =>
    count === 1
      ? 'Also send the one refused again'
      : `Also send the ${formatCount(count)} refused again`,
  open: (count: number) => `Send ${many(count, 'CDR')}…`,
  sending: 'Sending…',
  ended: (partner: string) => `Sending to ${partner} has ended`,
  act: (count: number) => `Send ${many(count, 'CDR')}`,
  confirmTitle: (partner: string) => `Send CDRs to ${partner}`,
  sentence: (count: number, partner: string, month: string) =>
    `${many(count, 'CDR')} of ${formatMonth(month)} ${
      plural.select(count) === 'one' ? 'goes' : 'go'
    } to ${partner} for good: what arrived cannot be taken back; only a credit CDR corrects it.`,
  unknownFirst: (count: number) =>
    count === 1
      ? 'One was sent before without an answer: the partner is asked first whether it has it.'
      : `${formatCount(count)} were sent before without an answer: the partner is asked first whether it has them.`,
  refusedToo: (count: number) =>
    count === 1
      ? 'One of them was refused before.'
      : `${formatCount(count)} of them were refused before.`,
  none: 'No CDRs of this month are for this partner.',
  at: (when: string) => `tried ${when}`,
};

export const vault = {
  file: {
    title: 'The tokens are locked',
    text: 'They lie in an encrypted file beside the book. Pulling and connecting need its passphrase once per start.',
    act: 'Unlock',
  },
  new_file: {
    title: 'A passphrase for the tokens',
    text: 'This system has no keychain, so tokens go into an encrypted file beside the book. The passphrase makes that file. Nobody can recover it: without it every partner must give a new token.',
    act: 'Make the file',
  },
  none: {
    title: 'There is no safe place for tokens',
    text: 'Neither a keychain runs on this system nor can a file be made beside the book. Start the keychain, or move the book to a folder that may be written, and open it again.',
    act: '',
  },
  passphrase: 'Passphrase',
  again: 'Passphrase again',
  different: 'The two are not the same.',
  wrong: 'This passphrase does not open the file. Try again.',
};
