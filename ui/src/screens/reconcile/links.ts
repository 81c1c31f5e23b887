/** Links by hand: ordinary, undoable acts that delete nothing. */

import { api, type LinkSuggestion, type ReconcileRow } from '@/api/client';
import { t } from '@/i18n';
import { reportProblem } from '@/lib/report';
import { toast } from '@/lib/toasts';
import { announce } from './decide';

export async function link(suggestion: LinkSuggestion): Promise<void> {
  const { cdr, session, confidence, id } = suggestion;
  try {
    const reason = t.reconcile.linkReason(confidence);
    announce(await api.link({ cdr, session, reason }), t.reconcile.linked(id));
  } catch (thrown) {
    reportProblem(thrown);
  }
}

export async function unlink(cdr: number): Promise<void> {
  try {
    const reason = t.reconcile.unlinkReason;
    announce(await api.link({ cdr, session: null, reason }), t.reconcile.unlinked);
  } catch (thrown) {
    reportProblem(thrown);
  }
}

/** Whether the row has a session that it can be taken from. */
export function isLinked(row: ReconcileRow): boolean {
  return row.cdr !== null && row.matched_by !== null;
}

/** One key: unlinks what is linked, else links with the likeliest. */
export async function linkBest(row: ReconcileRow): Promise<void> {
  if (isLinked(row) && row.cdr !== null) return unlink(row.cdr);
  try {
    const side = await api.reconcileSide({ cdr: row.cdr, session: row.cdr ? null : row.session });
    const best = side.suggestions[0];
    if (best) await link(best);
    else toast(t.reconcile.nothingToLink);
  } catch (thrown) {
    reportProblem(thrown);
  }
}
