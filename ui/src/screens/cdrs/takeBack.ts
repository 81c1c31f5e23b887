/** Takes back that a CDR is priced otherwise by decision. */

import { api } from '@/api/client';
import { t } from '@/i18n';
import { changedTopics } from '@/lib/query';
import { reportProblem } from '@/lib/report';
import { toast } from '@/lib/toasts';

/** Everything shows a CDR anew after its price was decided. */
export function pricedAnew(): void {
  changedTopics('cdrs', 'cdr', 'board', 'settle', 'audit');
}

export async function undoKept(decision: number, reason: string): Promise<void> {
  try {
    await api.undo({ decision, reason });
    pricedAnew();
    toast(t.undone);
  } catch (thrown) {
    reportProblem(thrown);
  }
}
