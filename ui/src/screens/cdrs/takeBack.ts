/** Takes back that a CDR is priced otherwise by decision. */

import { api } from '@/api/client';
import { t } from '@/i18n';
import { decisionsChanged } from '@/lib/query';
import { reportProblem } from '@/lib/report';
import { toast } from '@/lib/toasts';

export async function undoKept(decision: number, reason: string): Promise<void> {
  try {
    await api.undo({ decision, reason });
    decisionsChanged();
    toast(t.undone);
  } catch (thrown) {
    reportProblem(thrown);
  }
}
