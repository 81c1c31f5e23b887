/** What the Reconcile screen keeps in its address, and what that asks of the core. */

import type { DecisionTarget, ReconcileRow, ReconcileRowsRequest } from '@/api/client';
import { type Address, navigate } from '@/lib/router';

export const TABS = ['causes', 'findings', 'stations', 'charts', 'rules'] as const;
export type Tab = (typeof TABS)[number];

/** What narrows the rows, by its name in the address. */
export const NARROWING = ['bucket', 'cause', 'finding', 'evse', 'day'] as const;
export type Narrowing = Partial<Record<(typeof NARROWING)[number], string>>;

export interface Scope {
  partner: string;
  month: string;
}

export function narrowingOf({ params }: Address): Narrowing | null {
  const entries = NARROWING.flatMap((name) => (params[name] ? [[name, params[name]]] : []));
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

export function rowsRequest(scope: Scope, by: Narrowing): ReconcileRowsRequest {
  const { bucket = null, cause = null, finding = null, evse = null, day = null } = by;
  const { partner, month } = scope;
  return { partner, month, bucket, cause, finding, evse, day, start: 0, len: 200 };
}

/** A target that names nothing but the month. */
export function wholeMonth({ partner, month }: Scope): DecisionTarget {
  return { partner, month, causes: [], buckets: [], finding: null, cdrs: [], sessions: [] };
}

export function rowTarget(scope: Scope, rows: readonly string[]): DecisionTarget {
  const of = (kind: string) =>
    rows.filter((id) => id.startsWith(kind)).map((id) => Number(id.slice(1)));
  return { ...wholeMonth(scope), cdrs: of('c'), sessions: of('s') };
}

/** Names a row in addresses and selections: `c12` a CDR, `s34` a session without one. */
export function rowId(row: ReconcileRow): string {
  return row.cdr === null ? `s${row.session}` : `c${row.cdr}`;
}

const NOWHERE = { bucket: null, cause: null, finding: null, evse: null, day: null, row: null };

export function showRows(by: Narrowing & { row?: string; at?: string }): void {
  navigate({ params: { ...NOWHERE, ...by } });
}

export function showTab(tab: Tab): void {
  navigate({ params: { ...NOWHERE, tab: tab === 'causes' ? null : tab } });
}

export function leaveRows(): void {
  navigate({ params: NOWHERE });
}

export function focusTable(): void {
  document.querySelector<HTMLElement>('[data-main-grid]')?.focus({ preventScroll: true });
}
