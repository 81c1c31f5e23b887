/** The export that runs or ran last. It goes on when the dialog is closed, and its end is told. */

import { api, asProblem, type ExportRequest, type JobState, type Problem } from '@/api/client';
import { t } from '@/i18n';
import { applyJob, whenOver } from '@/lib/jobs';
import { address, navigate } from '@/lib/router';
import { createStore } from '@/lib/store';
import { toast } from '@/lib/toasts';

export interface ExportRun {
  /** The job as it started; where it is now is in the tray. */
  job: JobState;
  /** How it ended; null while it runs. */
  over: JobState | null;
}

export const exportRun = createStore<ExportRun | null>(null);

/** Opens the dialog for a list. */
export function openExport(what: string): void {
  navigate({ params: { export: what } });
}

export function closeExport(): void {
  navigate({ params: { export: null } }, true);
}

/** Forgets an export that is over, so that the dialog starts anew. */
export function forgetExport(): void {
  if (exportRun.get()?.over) exportRun.set(null);
}

/** Asks where to and starts; why it could not be, if so. Nothing happens if nobody says where. */
export async function startExport(request: ExportRequest): Promise<Problem | null> {
  try {
    const job = await api.exportRun(request);
    if (!job) return null;
    applyJob(job);
    exportRun.set({ job, over: null });
    void whenOver(job.id).then((over) => ended(over));
    return null;
  } catch (thrown) {
    return asProblem(thrown);
  }
}

function ended(over: JobState): void {
  exportRun.set((run) => (run?.job.id === over.id ? { ...run, over } : run));
  const { export: shown } = address().params;
  if (shown || !over.export) return;
  const { what } = over.export;
  toast(t.exporting.toast(over.export, over.label), { show: () => openExport(what) });
}
