/** Pulls from a partner as a job; the tray shows how far it is. */

import { api } from '@/api/client';
import { t } from '@/i18n';
import { applyJob, whenOver } from '@/lib/jobs';
import { reportProblem } from '@/lib/report';
import { toast } from '@/lib/toasts';

export async function pullNow(partner: string): Promise<void> {
  try {
    const started = await api.pull(partner);
    applyJob(started);
    void whenOver(started.id).then((over) => {
      if (over.state === 'finished') toast(t.connection.pulled(partner, over.done));
    });
  } catch (thrown) {
    reportProblem(thrown);
  }
}
