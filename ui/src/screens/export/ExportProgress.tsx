/** How far an export is; it can be left alone or stopped. */

import { api, type JobState } from '@/api/client';
import { Button } from '@/components/Button';
import { Progress } from '@/components/Progress';
import { t } from '@/i18n';
import { jobs } from '@/lib/jobs';
import { reportProblem } from '@/lib/report';
import { useStore } from '@/lib/store';
import { testid } from '@/lib/testids';

export function ExportProgress({ job, onClose }: { job: JobState; onClose: () => void }) {
  const now = useStore(jobs).get(job.id) ?? job;
  return (
    <div className="stack dialog-body" data-testid={testid.exportProgress}>
      <Progress job={now} />
      <p>{t.jobs.progress(now)}</p>
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
