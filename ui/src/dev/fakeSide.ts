/** A made-up row side by side, and what could belong to it. */

import type { LinkSuggestion, SideField } from '@/api/client';
import type { Item } from './fakeReconcileRows';

function field(name: string, sides: Partial<SideField>): SideField {
  return {
    field: name,
    cdr: null,
    session: null,
    replay: null,
    statement: null,
    differs: false,
    ...sides,
  };
}

export function fieldsOf({ row }: Item): SideField[] {
  const end = row.start_at.replace(
    /T(\d\d)/,
    (_, hour) => `T${String(Number(hour) + 1).padStart(2, '0')}`,
  );
  const hasSession = row.session !== null;
  const hasCdr = row.cdr !== null;
  const session = (value: string) => (hasSession ? value : null);
  const cdr = (value: string | null) => (hasCdr ? value : null);
  const late = row.evse === 'NL*ELW*E1042*1';
  const priced = row.replayed !== null;
  return [
    field('session', { cdr: cdr(row.session_id), session: session(row.session_id ?? '') }),
    field('start', {
      cdr: cdr(row.start_at),
      session: session(late ? row.start_at.replace(/:\d\dZ/, ':53Z') : row.start_at),
      differs: late && hasSession,
    }),
    field('end', { cdr: cdr(end), session: session(end) }),
    field('energy', {
      cdr: cdr(row.energy_kwh),
      session: session(late ? '11.204' : row.energy_kwh),
      statement: hasCdr ? row.energy_kwh : null,
      differs: late && hasSession,
    }),
    field('evse', { cdr: cdr(row.evse), session: session(row.evse) }),
    field('contract', { cdr: cdr('NL-TAL-C*****41'), session: session('NL-TAL-C*****41') }),
    field('currency', { cdr: cdr('EUR'), replay: priced ? 'EUR' : null, statement: cdr('EUR') }),
    field('total', {
      cdr: row.stated,
      replay: row.replayed,
      statement: row.stated,
      differs: row.difference !== null && Number(row.difference) !== 0,
    }),
    field('energy_cost', { cdr: row.stated, replay: row.replayed }),
    field('status', { session: session('COMPLETED') }),
  ].filter((one) => one.cdr !== null || one.session !== null);
}

export function suggestionsOf({ row, bucket }: Item): LinkSuggestion[] {
  if (bucket !== 'missing_session' && bucket !== 'missing_cdr') return [];
  const make = (n: number, confidence: number, reasons: string[]): LinkSuggestion => ({
    cdr: row.cdr ?? 900 + n,
    session: row.session ?? 700_000 + n,
    id: bucket === 'missing_session' ? `S-77${410 + n}` : `ELW-77${410 + n}`,
    confidence,
    reasons,
    start_at: row.start_at,
    end_at: row.start_at,
    energy_kwh: row.energy_kwh,
    evse: row.evse,
  });
  return [
    make(1, 92, ['same_contract', 'same_evse', 'times_overlap', 'energy_equal']),
    make(2, 41, ['same_location', 'times_near', 'other_contract', 'energy_differs']),
  ];
}
