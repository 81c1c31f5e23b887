/** Made-up servers of partners: a connection, trials of new ones, and CDRs to be sent. */

import type {
  ConnectCheck,
  ConnectionDto,
  ConnectRequest,
  ConnectTrial,
  PullHealth,
  PushQueue,
  PushRow,
  SpokenDto,
  VaultDto,
} from '@/api/client';
import { DRY_RUN } from './fakeDryRun';

const HOUR = 3_600_000;

/** So many hours from now. */
function hours(n: number): string {
  return new Date(Date.now() + n * HOUR).toISOString();
}

export function vault(change: Partial<VaultDto> = {}): VaultDto {
  return { place: 'keychain', open: true, ...change };
}

export function noConnection(partner: string): ConnectionDto {
  return {
    partner,
    connected: false,
    versions_url: '',
    version: '',
    sent_as: 'auto',
    registered: false,
    plain_http: false,
    inside: false,
    besides: [],
    authority_pem: null,
    by_hand: false,
    lists: [],
    receivers: [],
    every_hours: null,
    since: null,
    next_pull_at: null,
    pulls: [],
  };
}

const HOST = 'https://ocpi.elwijk.example';

const LISTS = ['cdrs', 'sessions', 'tariffs', 'locations', 'tokens'];

function endpoints(modules: readonly string[]) {
  return modules.map((module) => ({ module, url: `${HOST}/ocpi/2.2.1/${module}` }));
}

function pulled(module: string, change: Partial<PullHealth>): PullHealth {
  return {
    module,
    ended_at: hours(-5.2),
    outcome: 'complete',
    streak: 0,
    watermark: hours(-6),
    received: 0,
    total: null,
    problem: null,
    departures: [],
    ...change,
  };
}

/** A connection with something to say about each kind of trouble. */
export function connection(change: Partial<ConnectionDto> = {}): ConnectionDto {
  return {
    partner: 'NL-ELW',
    connected: true,
    versions_url: `${HOST}/ocpi/versions`,
    version: '2.2.1',
    sent_as: 'base64',
    registered: true,
    plain_http: false,
    inside: true,
    besides: ['https://cdrs.elwijk.example'],
    authority_pem: null,
    by_hand: false,
    lists: endpoints(LISTS),
    receivers: endpoints(['cdrs', 'tokens']),
    every_hours: 24,
    since: '2026-09-14T08:20:00Z',
    next_pull_at: hours(18.7),
    pulls: [
      pulled('cdrs', {
        received: 1204,
        total: 1204,
        departures: ['link_missing', 'date_to_needed'],
      }),
      pulled('sessions', {
        outcome: 'partial',
        streak: 1,
        received: 611,
        total: 614,
        departures: ['link_missing', 'holes'],
        problem: {
          code: 'holes',
          retry: 'later',
          text: 'HTTP 500 at offset 210, 388, 512',
          params: {},
        },
      }),
      pulled('tariffs', { received: 12 }),
      pulled('locations', {
        outcome: 'failed',
        streak: 3,
        watermark: hours(-77),
        problem: {
          code: 'timeout',
          retry: 'later',
          text: `GET ${HOST}/ocpi/2.2.1/locations: no answer within 30 s`,
          params: {},
        },
      }),
    ],
    ...change,
  };
}

export function spoken(change: Partial<SpokenDto> = {}): SpokenDto {
  return {
    method: 'GET',
    url: `${HOST}/ocpi/versions`,
    request_id: '7f0c5b8e-2f5e-4f1c-9a51-0c1b9a0d5a11',
    correlation_id: '0a61c1de-55a4-4a47-a8a6-b7a3a0d0c0ff',
    sent: [
      { name: 'authorization', value: 'Token ••••••' },
      { name: 'accept', value: 'application/json' },
    ],
    sent_body: null,
    status: 200,
    headers: [
      { name: 'content-type', value: 'application/json' },
      { name: 'date', value: 'Fri, 27 Nov 2026 16:20:11 GMT' },
    ],
    body: '{"status_code":1000,"data":[{"version":"2.2.1","url":"https://ocpi.elwijk.example/ocpi/2.2.1"}]}',
    body_bytes: 98,
    millis: 143,
    problem: null,
    ...change,
  };
}

function good(check: string, text: string, change: Partial<ConnectCheck> = {}): ConnectCheck {
  return { check, state: 'good', text, code: null, spoken: [], ...change };
}

const GOOD: readonly ConnectCheck[] = [
  good('address', 'https, a public address'),
  good('reachable', 'answered after 143 ms', { spoken: [spoken()] }),
  good('tls', 'TLS 1.3, a certificate of ocpi.elwijk.example until 3 March 2027'),
  good('versions', '2.1.1 and 2.2.1 are offered'),
  good('version', '2.2.1 is the highest in common'),
  good('modules', 'cdrs, sessions, tariffs, locations, tokens', {
    spoken: [
      spoken({
        url: `${HOST}/ocpi/2.2.1`,
        request_id: '30c1c5a6-11de-4a0e-8d2b-2bb0f5c8c9f2',
        millis: 88,
      }),
    ],
  }),
  good('clock', 'its clock is 4 s behind', { state: 'odd' }),
  good('paging', 'no Link header; pages are counted'),
  good('cdrs', '1,204 CDRs, the first page holds 20'),
];

const REFUSED: ConnectCheck = {
  check: 'versions',
  state: 'bad',
  text: 'HTTP 401 on the versions list',
  code: 'unauthorized',
  spoken: [
    spoken({
      status: 401,
      headers: [
        { name: 'content-type', value: 'application/json' },
        { name: 'www-authenticate', value: 'Token' },
      ],
      body: '{"status_code":2001,"status_message":"Invalid or missing token"}',
      body_bytes: 64,
    }),
  ],
};

/** What a trial comes to in the end; an address with `bad` in it does not take the token. */
function checksOf(request: ConnectRequest): readonly ConnectCheck[] {
  if (/bad/.test(request.url)) return [...GOOD.slice(0, 3), REFUSED];
  return GOOD;
}

/** How many steps a trial takes. */
export function stepsOf(request: ConnectRequest): number {
  return checksOf(request).length;
}

/** A trial after some of its steps. */
export function trial(request: ConnectRequest, steps: number): ConnectTrial {
  const all = checksOf(request);
  const checks = all.slice(0, steps);
  const over = steps >= all.length;
  const bad = checks.some((check) => check.state === 'bad');
  const well = over && !bad;
  return {
    partner: request.partner,
    state: over ? (bad ? 'bad' : 'good') : 'running',
    checks,
    version: steps > 4 ? '2.2.1' : null,
    modules: well ? LISTS : [],
    receives_cdrs: well,
    dry_run: well ? [...DRY_RUN] : [],
  };
}

function row(n: number, change: Partial<PushRow>): PushRow {
  return {
    cdr: n,
    id: `TAL-20261003-${118_800 + n}`,
    start: `2026-10-${String(3 + (n % 25)).padStart(2, '0')}T14:32:00Z`,
    stated: { amount: `${9 + (n % 20)}.${String(10 + n)}`, currency: 'EUR' },
    state: 'to_send',
    at: null,
    location: null,
    problem: null,
    ...change,
  };
}

const AT = '2026-11-26T03:17:20Z';

export function pushQueue(change: Partial<PushQueue> = {}): PushQueue {
  return {
    problem: null,
    to_send: 12,
    sent: 40,
    refused: 2,
    unknown: 1,
    rows: [
      row(1, {
        state: 'refused',
        at: AT,
        problem: {
          code: 'ocpi_status',
          retry: 'after_change',
          text: '2001: unknown contract NL-TAL-C00012',
          params: {},
        },
      }),
      row(2, {
        state: 'refused',
        at: AT,
        problem: {
          code: 'cannot_be_written',
          retry: 'after_change',
          text: 'charging_periods is empty',
          params: {},
        },
      }),
      row(3, {
        state: 'unknown',
        at: AT,
        problem: { code: 'timeout', retry: 'later', text: 'no answer within 30 s', params: {} },
      }),
      ...Array.from({ length: 12 }, (_, i) => row(4 + i, {})),
      ...Array.from({ length: 40 }, (_, i) =>
        row(16 + i, { state: 'sent', at: AT, location: `${HOST}/ocpi/2.2.1/cdrs/${118_816 + i}` }),
      ),
    ],
    ...change,
  };
}
