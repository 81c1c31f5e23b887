/** How far an export is; it can be left alone or stopped. */

import { api, type JobState } from '@/api/client';
import { Button } from '@/components/Button';
import { t } from '@/i18n';
import { jobs } from '@/lib/jobs';
import { reportProblem } from '@/lib/report';
import { useStore } from '@/lib/store';
import { testid } from '@/lib/testids';

export function ExportProgress({ job, onClose }: { job: JobState; onClose: () => void }) {
  const now = useStore(jobs).get(job.id) ?? job;
  const percent = now.total > 0 ? Math.min(100, Math.round((now.done / now.total) * 100)) : null;
  return (
    <div className="stack dialog-body" data-testid={testid.exportProgress}>
      <span
        className="progress export-progress"
        role="progressbar"
        aria-label={t.jobs.title(now)}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent ?? undefined}
      >
        <span style={{ width: percent === null ? '30%' : `${percent}%` }} />
      </span>
      <p className="row">
        <span className="grow">{t.jobs.progress(now)}</span>
      </p>
      <p className="muted">{t.exporting.wholeOrNone}</p>
      <div className="dialog-actions">
        <Button onClick={onClose} testId={testid.exportHide}>
          {t.exporting.hide}
        </Button>
        <Button
          onClick={() => api.cancelJob(now.id).catch(reportProblem)}
          testId={testid.exportCancel}
        >
          {t.exporting.stop}
        </Button>
      </div>
    </div>
  );
}
