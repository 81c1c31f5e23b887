/** Decisions of this visit: how they are made, said and taken back. */

import { api, type DecisionTarget, type MonthDecided } from '@/api/client';
import { t } from '@/i18n';
import { decisionsChanged } from '@/lib/query';
import { reportProblem } from '@/lib/report';
import { createStore } from '@/lib/store';
import { latestUndo, toast } from '@/lib/toasts';

export type Verb = 'accept' | 'dispute' | 'hold' | 'exclude';

/** How many days a hold lasts where nobody says otherwise. */
const HOLD_DAYS = 14;

/** Reasons given in this visit, and what can be taken back; the newest last. */
const visit = createStore<{
  reasons: Partial<Record<Verb, string>>;
  until: string | null;
  undos: readonly number[];
}>({ reasons: {}, until: null, undos: [] });

export function forgetVisit(): void {
  visit.set({ reasons: {}, until: null, undos: [] });
}

export function holdUntil(): string {
  const day = new Date();
  day.setDate(day.getDate() + HOLD_DAYS);
  return visit.get().until ?? day.toISOString().slice(0, 10);
}

/** The last reason given for this verb, or a sensible one. */
export function usualReason(verb: Verb, about: string): string {
  return visit.get().reasons[verb] ?? t.reconcile.standardReason(verb, about);
}

export function remember(verb: Verb, reason: string, until: string | null): void {
  visit.set((before) => ({
    ...before,
    reasons: { ...before.reasons, [verb]: reason },
    until: until ?? before.until,
  }));
}

/** Shows what was done with its undo, and has everything read again. */
export function announce(done: MonthDecided, text: string): void {
  if (done.count === 0) {
    toast(t.reconcile.changedNothing, { tone: 'problem' });
    return;
  }
  announceDecision(done.decision, text);
}

/** Says what a decision did, and offers to take it back. */
export function announceDecision(decision: number, text: string): void {
  visit.set((before) => ({ ...before, undos: [...before.undos, decision] }));
  toast(text, { undo: () => void takeBack(decision) });
  decisionsChanged();
}

export async function decide(
  verb: Verb,
  target: DecisionTarget,
  reason: string,
  until: string | null,
): Promise<MonthDecided> {
  const done = await api.decideMonth({ verb, target, reason, until });
  const { count, unchanged } = done;
  const said = { verb, count, unchanged, caseNumber: done.case, reason, until };
  announce(done, t.reconcile.decided(said));
  return done;
}

export async function takeBack(decision: number): Promise<void> {
  try {
    await api.undo({ decision, reason: t.reconcile.undoReason });
    const undos = visit.get().undos.filter((one) => one !== decision);
    visit.set((before) => ({ ...before, undos }));
    decisionsChanged();
    toast(t.undone);
  } catch (thrown) {
    reportProblem(thrown);
  }
}

/** Takes back the latest decision of this visit, also when its note is gone. */
export function undoLatest(): void {
  const latest = visit.get().undos.at(-1);
  const noted = latestUndo();
  if (noted) noted();
  else if (latest !== undefined) void takeBack(latest);
  else toast(t.reconcile.undoNothing);
}
