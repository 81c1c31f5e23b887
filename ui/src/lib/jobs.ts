/** Long work as the tray shows it. Jobs survive leaving the screen they were started on. */

import type { JobState } from '@/api/client';
import { createStore, useStore } from './store';

export const jobs = createStore<ReadonlyMap<number, JobState>>(new Map());

const waiting = new Map<number, ((state: JobState) => void)[]>();

/**
 * How jobs ended. Quick work may end before the command that started it has answered: its end is
 * known here even when the tray has forgotten it.
 */
const ended = new Map<number, JobState>();

export function isOver(state: JobState): boolean {
  return state.state !== 'running';
}

/** Takes in one progress report. A report after the end changes nothing. */
export function applyJob(state: JobState): void {
  if (ended.has(state.id)) return;
  jobs.set((map) => new Map(map).set(state.id, state));
  if (!isOver(state)) return;
  ended.set(state.id, state);
  for (const resolve of waiting.get(state.id) ?? []) resolve(state);
  waiting.delete(state.id);
}

/** Resolves when the job is over, however it ended; at once if it is over already. */
export function whenOver(id: number): Promise<JobState> {
  const known = ended.get(id);
  if (known) return Promise.resolve(known);
  return new Promise((resolve) => {
    waiting.set(id, [...(waiting.get(id) ?? []), resolve]);
  });
}

/** Takes a finished job out of the tray. */
export function forget(id: number): void {
  jobs.set((map) => {
    const next = new Map(map);
    next.delete(id);
    return next;
  });
}

/** What the tray shows: work people started, not the silent look into a file. */
export function inTray(map: ReadonlyMap<number, JobState>): JobState[] {
  return [...map.values()].filter((job) => job.kind !== 'check' && job.state !== 'finished');
}

/** The work of a kind on something that goes on now; a pull without a label is from everybody. */
export function useRunning(kind: string, label: string): JobState | undefined {
  const map = useStore(jobs);
  return [...map.values()].find(
    (job) => job.kind === kind && !isOver(job) && (job.label === label || job.label === ''),
  );
}
