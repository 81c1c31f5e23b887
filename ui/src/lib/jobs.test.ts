import { expect, it } from 'vitest';
import type { JobState } from '@/api/client';
import { applyJob, forget, jobs, whenOver } from './jobs';

function report(id: number, state: string): JobState {
  return {
    id,
    kind: 'check',
    label: 'september.json',
    done: 0,
    total: 0,
    unit: 'percent',
    findings: 0,
    state,
    problem: null,
    import: null,
    export: null,
  };
}

it('knows the end of a job that was over before its start was answered', async () => {
  applyJob(report(7, 'running'));
  applyJob(report(7, 'finished'));
  forget(7);
  applyJob(report(7, 'running'));
  expect(jobs.get().has(7)).toBe(false);
  expect((await whenOver(7)).state).toBe('finished');
});

it('waits for a job that still runs', async () => {
  applyJob(report(8, 'running'));
  const over = whenOver(8);
  applyJob(report(8, 'cancelled'));
  expect((await over).state).toBe('cancelled');
});
