/**
 * A made-up partner-month to reconcile, which keeps what is decided: for looking at the screen
 * without the core and for tests.
 */

import type {
  AuditEntry,
  CauseGroup,
  DecideRequest,
  DecisionTarget,
  LinkRequest,
  Money,
  MonthCharts,
  MonthDecided,
  MonthRequest,
  NamedCount,
  PartnerDto,
  PolicyProposal,
  ReconcileMonth,
  ReconcileRow,
  ReconcileRowsRequest,
  RuleDto,
  RuleMonth,
  RuleRequest,
  RuleTerms,
  Scatter,
  SideBySide,
  SideRequest,
  StationDto,
  ToleranceDto,
  ToleranceEffect,
  ToleranceRequest,
} from '@/api/client';
import { cents } from './fake';
import { GROUPS, type GroupSpec, type Item, makeItems } from './fakeReconcileRows';
import { fieldsOf, suggestionsOf } from './fakeSide';

const BUCKETS = [
  'matched',
  'differs',
  'missing_cdr',
  'missing_session',
  'duplicate',
  'needs_tariff',
  'on_hold',
  'disputed',
  'accepted',
  'settled',
];

const BUCKET_OF: Record<string, string> = {
  accept: 'accepted',
  dispute: 'disputed',
  hold: 'on_hold',
  exclude: 'on_hold',
};

const REASON_OF: Record<string, string> = {
  accept: 'accepted',
  dispute: 'disputed',
  hold: 'held',
  exclude: 'excluded',
};

export const STATIONS: readonly StationDto[] = [
  {
    evse: 'NL*ELW*E1042*1',
    location: 'Garage Koornmarkt',
    fault: 'clock',
    off: '431',
    per_day: '0',
    since: '2026-10-03T05:12:00Z',
    until: null,
    cdrs: 41,
    at_stake: [{ amount: '212.40', currency: 'EUR' }],
  },
  {
    evse: 'NL*ELW*E1051*2',
    location: 'Jaarbeurs P3',
    fault: 'meter',
    off: '1.0512',
    per_day: '0.0004',
    since: '2026-10-11T09:00:00Z',
    until: '2026-10-24T07:30:00Z',
    cdrs: 18,
    at_stake: [{ amount: '31.05', currency: 'EUR' }],
  },
  {
    evse: 'NL*ELW*E1036*1',
    location: 'Carpool Aalter',
    fault: 'local_time',
    off: '-2',
    per_day: '0',
    since: '2026-10-09T00:00:00Z',
    until: null,
    cdrs: 27,
    at_stake: [],
  },
];

const PARTNER_TOLERANCE: ToleranceDto = {
  per_cdr: '0.02',
  per_kwh: null,
  per_month: '25.00',
  percent: null,
};

export interface FakeMonth {
  month?: string;
  /** Only these groups, by key. */
  groups?: readonly string[];
  matched?: number;
  /** At most so many rows of each group. */
  most?: number;
  stale?: boolean;
}

interface Decision {
  id: number;
  verb: string;
  reason: string;
  until: string | null;
  back: () => void;
  undone: boolean;
  items: readonly Item[];
}

const hundredths = (text: string) => Math.round(Number(text) * 100);

const eur = (amount: number): Money => ({ amount: cents(amount), currency: 'EUR' });

const sum = (items: readonly Item[], of: (item: Item) => number | null): number =>
  items.reduce((total, item) => total + (of(item) ?? 0), 0);

function named(items: readonly Item[], of: (item: Item) => string): NamedCount[] {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(of(item), (counts.get(of(item)) ?? 0) + 1);
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}

function groupOf(spec: GroupSpec, items: readonly Item[]): CauseGroup {
  const days = items.map((item) => item.row.start_at).sort();
  const places = named(items, (item) => item.row.location);
  const tariffs = spec.bucket === 'missing_cdr' ? [] : named(items, (item) => item.tariff);
  const cdrs = spec.bucket !== 'missing_cdr';
  const { key, kind, text, bucket, policy } = spec;
  return {
    key,
    kind,
    text,
    bucket,
    policy,
    count: items.length,
    difference: cdrs ? [eur(sum(items, (item) => item.difference))] : [],
    stated: cdrs ? [eur(sum(items, (item) => item.stated))] : [],
    first_at: days[0] ?? '',
    last_at: days.at(-1) ?? '',
    places: places.slice(0, 5),
    places_count: places.length,
    tariffs: tariffs.slice(0, 5),
    tariffs_count: tariffs.length,
    ambiguous: items.filter((item) => item.ambiguous).length,
  };
}

/** A pretended core for one partner-month; every command keeps what was decided before. */
export class FakeReconcile {
  readonly month: string;
  readonly items: readonly Item[];
  private readonly specs: readonly GroupSpec[];
  private readonly decisions = new Map<number, Decision>();
  private tolerance = PARTNER_TOLERANCE;
  private rules: RuleDto[] = [];
  private stale: boolean;
  private next = 1000;

  constructor(options: FakeMonth = {}) {
    const { month = '2026-10', groups, matched = 600, most = 20, stale = false } = options;
    this.month = month;
    this.stale = stale;
    this.specs = GROUPS.filter((group) => !groups || groups.includes(group.key));
    this.items = makeItems(month, this.specs, matched, most);
  }

  /** Answers by the name of the command. */
  // biome-ignore lint/suspicious/noExplicitAny: each command has its own arguments
  readonly answers: Record<string, (args: any) => unknown> = {
    reconcile_month: ({ request }) => this.overview(request),
    reconcile_rows: ({ request }) => this.rows(request),
    reconcile_side: ({ request }) => this.side(request),
    reconcile_charts: ({ request }) => this.charts(request),
    reconcile_scatter: ({ request }) => this.scatter(request.evse),
    tolerance_effect: ({ request }) => this.effect(request),
    accept_within: ({ request }) =>
      this.decide('accept', this.passing(request.of.tolerance), request.reason, null),
    month_decide: ({ request }: { request: DecideRequest }) =>
      this.decide(request.verb, this.targeted(request.target), request.reason, request.until),
    cdr_link: ({ request }) => this.link(request),
    rule_of: ({ request }) => this.ruleOf(request),
    rule_effect: ({ request }) => this.caught(request.terms),
    rule_keep: ({ request }) => this.keepRule(request),
    rules_list: () => this.rules,
    policy_proposal: ({ request }) => this.proposal(request),
    partner_set: ({ partner }: { partner: PartnerDto }) => {
      this.tolerance = { ...partner.tolerances, per_cdr: partner.tolerance };
      return partner;
    },
    replay_run: () => {
      this.stale = false;
      return null;
    },
    undo: ({ request }) => this.undo(request.decision),
  };

  private bucket(item: Item): string {
    const decision = this.decisionOf(item);
    return decision ? (BUCKET_OF[decision.verb] ?? item.bucket) : item.bucket;
  }

  private cause(item: Item): string | null {
    return this.decisionOf(item) ? null : item.cause;
  }

  private decisionOf(item: Item): Decision | undefined {
    return item.decision === null ? undefined : this.decisions.get(item.decision);
  }

  private shown(item: Item): ReconcileRow {
    const decision = this.decisionOf(item);
    return {
      ...item.row,
      bucket: this.bucket(item),
      cause: this.cause(item),
      reason: decision ? (REASON_OF[decision.verb] ?? item.row.reason) : item.row.reason,
      changed: item.row.changed && !decision,
    };
  }

  private ofMonth(month: string): readonly Item[] {
    return month === this.month ? this.items : [];
  }

  overview({ partner, month }: MonthRequest): ReconcileMonth {
    const items = this.ofMonth(month);
    const groups = this.specs
      .map((spec) =>
        groupOf(
          spec,
          items.filter((item) => this.cause(item) === spec.key),
        ),
      )
      .filter((group) => group.count > 0);
    const known = groups.filter((group) => group.kind !== 'unexplained');
    const rest = groups.filter((group) => group.kind === 'unexplained');
    const findings = named(
      items.flatMap((item) => item.row.findings.map((code) => ({ ...item, tariff: code }))),
      (item) => item.tariff,
    );
    return {
      partner,
      name: partner,
      month,
      direction: partner === 'DE-RHS' ? 'payable' : 'receivable',
      stale: this.stale && items.length > 0,
      buckets: BUCKETS.map((bucket) => {
        const here = items.filter((item) => this.bucket(item) === bucket);
        const money = here.length > 0 && bucket !== 'missing_cdr';
        const share = items.length === 0 ? 0 : (here.length * 1000) / items.length;
        return {
          bucket,
          count: here.length,
          share: (Math.round(share) / 10).toFixed(1),
          stated: money ? [eur(sum(here, (item) => item.stated))] : [],
          difference: money ? [eur(sum(here, (item) => item.difference))] : [],
        };
      }),
      causes: [...known.sort((a, b) => b.count - a.count), ...rest],
      findings: findings.map(({ name, count }) => ({
        code: name,
        severity:
          name === 'schema_length' ? 'info' : name === 'time_mismatch' ? 'warning' : 'error',
        count,
      })),
      stations: items.length > 0 ? [...STATIONS] : [],
      tolerance: this.tolerance,
    };
  }

  rows(request: ReconcileRowsRequest) {
    const { bucket, cause, finding, evse, day, start, len } = request;
    const found = this.ofMonth(request.month).filter(
      (item) =>
        (bucket === null || this.bucket(item) === bucket) &&
        (cause === null || this.cause(item) === cause) &&
        (finding === null || item.row.findings.includes(finding)) &&
        (evse === null || item.row.evse === evse) &&
        (day === null || item.day === day),
    );
    const rows = found.slice(start, start + len).map((item) => this.shown(item));
    return { total: found.length, rows };
  }

  private item({ cdr, session }: SideRequest): Item {
    const found = this.items.find((item) =>
      cdr === null ? item.row.cdr === null && item.row.session === session : item.row.cdr === cdr,
    );
    if (!found) throw { code: 'not_found', retry: 'no', text: 'no such row', params: {} };
    return found;
  }

  private side(request: SideRequest): SideBySide {
    const item = this.item(request);
    const spec = this.specs.find((one) => one.key === item.cause);
    const station = STATIONS.find((one) => one.evse === item.row.evse) ?? null;
    const history = [...this.decisions.values()].filter((one) => one.items.includes(item));
    return {
      row: this.shown(item),
      fields: fieldsOf(item),
      findings: item.row.findings.map((code) => ({
        code,
        severity: code === 'schema_length' ? 'info' : 'error',
        at: code === 'energy_mismatch' ? 'total_energy' : 'total_cost',
        params: { stated: item.row.stated ?? '' },
      })),
      cause: spec?.text ?? '',
      suggestions: suggestionsOf(item),
      station,
      station_explains: station?.fault === 'clock',
      history: history.reverse().map(entryOf),
    };
  }

  private targeted(target: DecisionTarget): Item[] {
    const picked = target.cdrs.length > 0 || target.sessions.length > 0;
    const { causes, buckets, finding } = target;
    const cdrs = new Set(target.cdrs);
    const sessions = new Set(target.sessions);
    return this.ofMonth(target.month).filter((item) => {
      const { cdr, session, findings } = item.row;
      const isPicked = cdr === null ? sessions.has(session ?? 0) : cdrs.has(cdr);
      return (
        (!picked || isPicked) &&
        (causes.length === 0 || causes.includes(this.cause(item) ?? '')) &&
        (buckets.length === 0 || buckets.includes(this.bucket(item))) &&
        (finding === null || findings.includes(finding))
      );
    });
  }

  private decide(verb: string, of: Item[], reason: string, until: string | null): MonthDecided {
    const open = of.filter((item) => item.cause !== null);
    const before = open.map((item) => item.decision);
    const back = () => {
      open.forEach((item, i) => {
        item.decision = before[i] ?? null;
      });
    };
    const decision = this.record({ verb, reason, until, back, items: open });
    for (const item of open) item.decision = decision;
    return {
      decision,
      count: open.length,
      unchanged: of.length - open.length,
      difference: [eur(sum(open, (item) => item.difference))],
      case: verb === 'dispute' ? decision - 988 : null,
    };
  }

  private record(what: Omit<Decision, 'id' | 'undone'>): number {
    this.next += 1;
    this.decisions.set(this.next, { ...what, id: this.next, undone: false });
    return this.next;
  }

  private link({ cdr, session, reason }: LinkRequest): MonthDecided {
    const item = this.items.find((one) => one.row.cdr === cdr) ?? this.items.at(-1);
    if (!item) throw new Error('nothing to link');
    const { row, bucket, cause } = item;
    const changed = {
      ...row,
      session,
      session_id: session === null ? null : `S-${session}`,
      matched_by: session === null ? null : 'by_hand',
    };
    item.row = changed;
    item.bucket = session === null ? 'missing_session' : 'matched';
    item.cause = session === null ? 'reason:no_session' : null;
    item.row.reason = session === null ? 'no_session' : 'equal';
    const back = () => Object.assign(item, { row, bucket, cause });
    const decision = this.record({ verb: 'link', reason, until: null, back, items: [item] });
    return { decision, count: 1, unchanged: 0, difference: [], case: null };
  }

  undo(decision: number) {
    const found = this.decisions.get(decision);
    if (!found || found.undone) {
      throw { code: 'not_found', retry: 'no', text: `no decision ${decision}`, params: {} };
    }
    found.back();
    found.undone = true;
    this.rules = this.rules.filter((rule) => rule.decision !== decision);
    return {
      decision: this.next,
      count: found.items.length,
      unchanged: 0,
      difference: [],
      rows: [],
    };
  }

  private differing(): Item[] {
    return this.items.filter((item) => this.bucket(item) === 'differs');
  }

  private isWithin(item: Item, limits: ToleranceDto): string | null {
    const apart = Math.abs(item.difference ?? 0);
    if (limits.per_cdr !== null && apart > hundredths(limits.per_cdr)) return 'per_cdr';
    const { per_kwh, percent } = limits;
    const kwh = Number(item.row.energy_kwh);
    if (per_kwh !== null && apart > Number(per_kwh) * 100 * kwh) return 'per_kwh';
    if (percent !== null && apart * 100 > Number(percent) * item.stated) return 'percent';
    return null;
  }

  private passing(limits: ToleranceDto): Item[] {
    const within = this.differing().filter((item) => this.isWithin(item, limits) === null);
    const most = limits.per_month === null ? null : hundredths(limits.per_month);
    const apart = Math.abs(sum(within, (item) => item.difference));
    return most !== null && apart > most ? [] : within;
  }

  private effect({ tolerance }: ToleranceRequest): ToleranceEffect {
    const beyond: Record<string, number> = {};
    const within: Item[] = [];
    for (const item of this.differing()) {
      const limit = this.isWithin(item, tolerance);
      if (limit === null) within.push(item);
      else beyond[limit] = (beyond[limit] ?? 0) + 1;
    }
    const passing = this.passing(tolerance).length;
    return {
      within: [
        {
          currency: 'EUR',
          count: within.length,
          difference: cents(sum(within, (item) => item.difference)),
          month_holds: within.length === 0 || passing > 0,
        },
      ],
      beyond,
      passing,
    };
  }

  private charts({ month }: MonthRequest): MonthCharts {
    const items = this.ofMonth(month);
    const days = Array.from({ length: 31 }, (_, i) => `${month}-${String(i + 1).padStart(2, '0')}`);
    const on = (day: string) => items.filter((item) => item.day === day);
    const count = (of: readonly Item[], bucket: string) =>
      of.filter((item) => this.bucket(item) === bucket).length;
    return {
      days: days.map((day) => ({
        day,
        cdrs: on(day).filter((item) => item.row.cdr !== null).length,
        sessions: on(day).filter((item) => item.row.session !== null).length,
        missing_cdrs: count(on(day), 'missing_cdr'),
        missing_sessions: count(on(day), 'missing_session'),
        differs: count(on(day), 'differs'),
      })),
      causes: days.flatMap((day) =>
        this.specs
          .filter((spec) => spec.bucket === 'differs')
          .map((spec) => {
            const here = on(day).filter((item) => this.cause(item) === spec.key);
            const difference = [eur(sum(here, (item) => item.difference))];
            return { day, cause: spec.key, count: here.length, difference };
          })
          .filter((one) => one.count > 0),
      ),
    };
  }

  private scatter(wanted: string | null): Scatter {
    const evses = named(this.differing(), (item) => item.row.evse).slice(0, 50);
    const evse = wanted ?? evses[0]?.name ?? '';
    const points = this.items.flatMap((item) => {
      const { cdr, id, start_at, currency, stated, replayed } = item.row;
      if (item.row.evse !== evse || cdr === null || stated === null || replayed === null) return [];
      return [{ cdr, id, start_at, currency, stated, replayed, bucket: this.bucket(item) }];
    });
    return { evse, evses, points };
  }

  private caught(terms: RuleTerms): RuleMonth[] {
    const now = this.fitting(terms);
    return ['2026-10', '2026-09', '2026-08', '2026-07'].map((month, i) => ({
      month,
      count: Math.floor(now.length / (i + 1)),
      difference: [eur(Math.floor(sum(now, (item) => item.difference) / (i + 1)))],
      ambiguous: Math.floor(now.filter((item) => item.ambiguous).length / (i + 1)),
    }));
  }

  private fitting({ cause, location, tariff, at_most }: RuleTerms): Item[] {
    return this.items.filter(
      (item) =>
        this.cause(item) === cause &&
        (location === null || item.row.location === location) &&
        (tariff === null || item.tariff === tariff) &&
        Math.abs(item.difference ?? 0) <= hundredths(at_most),
    );
  }

  private ruleOf(target: DecisionTarget) {
    const [cause] = target.causes;
    const spec = this.specs.find((one) => one.key === cause);
    if (!spec || spec.text === '') return null;
    const items = this.targeted(target);
    const place = named(items, (item) => item.row.location)[0];
    const most = Math.max(0, ...items.map((item) => Math.abs(item.difference ?? 0)));
    const terms: RuleTerms = {
      cause: spec.key,
      text: spec.text,
      location: place?.name ?? null,
      tariff: null,
      currency: 'EUR',
      at_most: cents(most),
    };
    return { terms, caught: this.caught(terms) };
  }

  private keepRule({ terms, reason }: RuleRequest): RuleDto {
    const { decision } = this.decide('accept', this.fitting(terms), reason, null);
    const kept = { decision, at: '2026-11-02T09:00:00Z', actor: 'anna', reason, terms };
    this.rules = [...this.rules, kept];
    return kept;
  }

  private proposal({ month }: MonthRequest): PolicyProposal | null {
    const spec = this.specs.find((one) => one.kind === 'policy');
    const open = this.ofMonth(month).filter((item) => this.bucket(item) === 'differs');
    const explained = open.filter((item) => this.cause(item) === spec?.key);
    if (!spec || explained.length * 2 < open.length || explained.length === 0) return null;
    const before = sum(open, (item) => item.difference);
    const after = before - sum(explained, (item) => item.difference);
    return {
      policy: spec.policy,
      text: spec.text,
      explains: explained.length,
      of: open.length,
      ambiguous: explained.filter((item) => item.ambiguous).length,
      months: ['2026-10', '2026-09', '2026-08', '2026-07'].map((one, i) => ({
        month: one,
        cdrs: this.items.length - i * 100,
        repaired: Math.floor(explained.length / (i + 1)),
        broken: i === 2 ? 3 : 0,
        before: [eur(Math.floor(before / (i + 1)))],
        after: [eur(Math.floor(after / (i + 1)))],
      })),
    };
  }
}

function entryOf({ id, verb, reason, undone }: Decision): AuditEntry {
  return {
    seq: id,
    at: '2026-11-02T09:00:00Z',
    actor: 'anna',
    verb,
    object: '',
    reason,
    details: {},
    undoable: !undone,
    undone_by: undone ? id + 1 : null,
    hash: 'ab12',
  };
}
