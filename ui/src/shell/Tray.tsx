/** Long work at the bottom of the window: what, how far, how many findings, and a way to stop. */

import { CircleX, LoaderCircle, X } from 'lucide-react';
import { api, type JobState } from '@/api/client';
import { Button, IconButton } from '@/components/Button';
import { Progress } from '@/components/Progress';
import { t } from '@/i18n';
import { problemText } from '@/i18n/problems.en';
import { forget, inTray, jobs } from '@/lib/jobs';
import { reportProblem } from '@/lib/report';
import { useStore } from '@/lib/store';
import { testid } from '@/lib/testids';

export function Tray() {
  const shown = inTray(useStore(jobs));
  if (shown.length === 0) return null;
  return (
    <section className="tray" aria-label={t.jobs.label} data-testid={testid.tray}>
      {shown.map((job) => (
        <TrayJob key={job.id} job={job} />
      ))}
    </section>
  );
}

function TrayJob({ job }: { job: JobState }) {
  const running = job.state === 'running';
  return (
    <div className="tray-job" data-testid={testid.job} data-state={job.state}>
      {running ? (
        <LoaderCircle size={16} className="spin tone-text-info" aria-hidden />
      ) : (
        <CircleX size={16} className="tone-text-bad" aria-hidden />
      )}
      <span className="truncate">{t.jobs.title(job)}</span>
      {running ? (
        <Progress job={job} />
      ) : (
        <span className="muted truncate">
          {job.state === 'cancelled'
            ? t.jobs.cancelled(job)
            : `${t.jobs.failed}. ${job.problem ? problemText(job.problem.code).happened : ''}`}
        </span>
      )}
      <span className="small muted" aria-live="off">
        {t.jobs.progress(job)}
        {job.findings > 0 && ` · ${t.jobs.findings(job.findings)}`}
      </span>
      {running ? (
        <Button
          testId={testid.jobCancel}
          onClick={() => api.cancelJob(job.id).catch(reportProblem)}
        >
          {t.cancel}
        </Button>
      ) : (
        <IconButton
          label={t.jobs.dismiss}
          icon={<X size={15} aria-hidden />}
          onClick={() => forget(job.id)}
        />
      )}
    </div>
  );
}
