/** The CDRs and sessions of a made-up month to reconcile: a few causes, and much that matches. */

import type { ReconcileRow } from '@/api/client';
import { cents, milli } from './fake';

/** A row with what the pretended core counts by. Money in hundredths. */
export interface Item {
  row: ReconcileRow;
  day: string;
  tariff: string;
  stated: number;
  difference: number | null;
  ambiguous: boolean;
  /** Where it stands without a decision. */
  bucket: string;
  cause: string | null;
  /** Number of the decision in force. */
  decision: number | null;
}

export interface GroupSpec {
  key: string;
  kind: string;
  text: string;
  bucket: string;
  reason: string;
  policy: Record<string, string>;
  count: number;
  /** Hundredths, the least and the most. */
  apart: [number, number] | null;
  /** First and last day. */
  days: [number, number];
  /** One in so many is ambiguous. */
  ambiguous: number;
  evse?: string;
}

function spec(key: string, more: Partial<GroupSpec> & { bucket: string; count: number }) {
  const [kind = '', word = ''] = key.split(':');
  return {
    key,
    kind,
    text: '',
    reason: kind === 'reason' ? word : 'total_differs',
    policy: {},
    apart: null,
    days: [1, 30],
    ambiguous: 0,
    ...more,
  } as GroupSpec;
}

export const GROUPS: readonly GroupSpec[] = [
  spec('policy:step_mode=per_period', {
    text: 'every period is rounded up to its step',
    bucket: 'differs',
    policy: { step_mode: 'per_period' },
    count: 1204,
    apart: [1, 5],
    ambiguous: 17,
  }),
  spec('data:clock_utc', {
    text: 'the times are local times that were marked as UTC',
    bucket: 'differs',
    count: 311,
    apart: [40, 260],
    days: [9, 30],
  }),
  spec('policy:parking_from=start', {
    text: 'parking time is billed from its first minute',
    bucket: 'differs',
    policy: { parking_from: 'start' },
    count: 120,
    apart: [120, 900],
    ambiguous: 9,
  }),
  spec('reason:energy_mismatch', {
    bucket: 'differs',
    count: 41,
    apart: [15, 520],
    days: [3, 30],
    evse: 'NL*ELW*E1042*1',
  }),
  spec('reason:no_cdr', { bucket: 'missing_cdr', count: 412, days: [14, 14] }),
  spec('reason:no_session', { bucket: 'missing_session', count: 96, apart: [0, 0] }),
  spec('reason:same_session', { bucket: 'duplicate', count: 58, apart: [0, 0] }),
  spec('reason:no_tariff', { bucket: 'needs_tariff', count: 37, days: [20, 30] }),
  spec('reason:changed_since_decided', { bucket: 'differs', count: 6, apart: [10, 90] }),
  spec('unexplained', {
    kind: 'unexplained',
    bucket: 'differs',
    count: 23,
    apart: [-410, 830],
  }),
];

const PLACES = [
  'Stationsplein Noord',
  'Garage Koornmarkt',
  'Rastplatz Hünxe Ost',
  'Parkhaus am Dom',
  'Zwembad De Kuil',
  'Carpool Aalter',
  'Jaarbeurs P3',
];

function mix(n: number): number {
  let x = Math.imul(n + 11, 2654435761) >>> 0;
  x ^= x >>> 15;
  x = Math.imul(x, 2246822519) >>> 0;
  return (x ^ (x >>> 13)) >>> 0;
}

const two = (n: number) => String(n).padStart(2, '0');

function item(n: number, month: string, group: GroupSpec | null): Item {
  const r = mix(n);
  const [first, last] = group?.days ?? [1, 30];
  const day = first + (r % (last - first + 1));
  const date = `${month}-${two(day)}`;
  const hour = 6 + ((r >>> 3) % 16);
  const time = `${two((r >>> 7) % 60)}:${two((r >>> 12) % 60)}`;
  const kwh = 3000 + (mix(n + 5) % 52_000);
  const [low, high] = group?.apart ?? [0, 0];
  const apart = low + (mix(n + 9) % (high - low + 1));
  const replayed = Math.round((kwh * (31 + (r % 24))) / 1000);
  const unpriced = group?.bucket === 'needs_tariff';
  const noCdr = group?.bucket === 'missing_cdr';
  const place = PLACES[(group ? r >>> 4 : r) % (group ? 5 : PLACES.length)] ?? '';
  const row: ReconcileRow = {
    cdr: noCdr ? null : n,
    session: group?.bucket === 'missing_session' ? null : 500_000 + n,
    id: `${noCdr ? 'S' : 'ELW'}-${date.replaceAll('-', '')}-${100_000 + (r % 900_000)}`,
    session_id: group?.bucket === 'missing_session' ? null : `S-${200_000 + (r % 700_000)}`,
    bucket: group?.bucket ?? 'matched',
    reason: group?.reason ?? (r % 90 === 0 ? 'within_tolerance' : 'equal'),
    cause: group?.key ?? null,
    matched_by: noCdr || group?.bucket === 'missing_session' ? null : 'session_id',
    start_at: `${date}T${two(hour - 2)}:${time}Z`,
    start_local: `${date}T${two(hour)}:${time}+02:00`,
    location: place,
    evse: group?.evse ?? `NL*ELW*E${1030 + (r % 40)}*${1 + (r % 2)}`,
    energy_kwh: milli(kwh),
    currency: noCdr ? '' : 'EUR',
    stated: noCdr ? null : cents(replayed + apart),
    replayed: noCdr || unpriced ? null : cents(replayed),
    difference: noCdr || unpriced ? null : cents(apart),
    findings: findingsOf(group, r),
    changed: group?.reason === 'changed_since_decided',
  };
  return {
    row,
    day: date,
    tariff: ['ELW-AC-2026', 'ELW-DC-2026', 'ELW-NACHT'][r % 3] ?? '',
    stated: noCdr ? 0 : replayed + apart,
    difference: noCdr || unpriced ? null : apart,
    ambiguous: group !== null && group.ambiguous > 0 && r % group.ambiguous === 0,
    bucket: row.bucket,
    cause: row.cause,
    decision: null,
  };
}

function findingsOf(group: GroupSpec | null, r: number): string[] {
  if (!group) return r % 140 === 0 ? ['schema_length'] : [];
  if (group.bucket === 'missing_session') return ['session_missing'];
  if (group.bucket === 'duplicate') return ['duplicate_cdr'];
  if (group.bucket === 'needs_tariff') return ['tariff_missing'];
  if (group.key === 'reason:energy_mismatch') return ['energy_mismatch', 'total_mismatch'];
  if (group.key === 'data:clock_utc') return ['time_mismatch', 'total_mismatch'];
  return group.bucket === 'differs' ? ['total_mismatch'] : [];
}

/** CDRs by row, then sessions by row. At most `most` of each group. */
export function makeItems(
  month: string,
  groups: readonly GroupSpec[],
  matched: number,
  most: number,
): Item[] {
  const items: Item[] = [];
  for (const group of groups) {
    for (let i = 0; i < Math.min(group.count, most); i += 1) {
      items.push(item(items.length + 1, month, group));
    }
  }
  for (let i = 0; i < matched; i += 1) items.push(item(items.length + 1, month, null));
  const kind = (one: Item) => (one.row.cdr === null ? 1 : 0);
  const row = (one: Item) => one.row.cdr ?? one.row.session ?? 0;
  return items.sort((a, b) => kind(a) - kind(b) || row(a) - row(b));
}
