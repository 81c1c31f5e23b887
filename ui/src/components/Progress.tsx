/** How far a job is, as a bar; one whose end is not known shows that it goes on. */

import type { JobState } from '@/api/client';
import { t } from '@/i18n';

export function Progress({ job }: { job: JobState }) {
  const known = job.total > 0;
  const percent = known ? Math.min(100, Math.round((job.done / job.total) * 100)) : 0;
  return (
    <span
      className="progress"
      role="progressbar"
      aria-label={t.jobs.title(job)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={known ? percent : undefined}
    >
      <span style={{ width: known ? `${percent}%` : '30%' }} />
    </span>
  );
}
