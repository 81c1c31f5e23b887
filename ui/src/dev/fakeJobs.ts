/** Made-up work that goes on for a while and reports each step. */

import { emit } from '@tauri-apps/api/event';
import type { JobState } from '@/api/client';
import * as fake from './fake';

let jobs = 0;
const cancelled = new Set<number>();

export interface Work {
  kind: string;
  label: string;
  total: number;
  unit?: string;
  /** Reports until it is over, and milliseconds between them. */
  steps?: number;
  pace?: number;
  /** Hears of each step before it is reported. */
  onStep?: (step: number) => void;
}

export function work(what: Work, over: Partial<JobState> = {}): JobState {
  const { kind, label, total, unit = 'records', steps = 40, pace = 120 } = what;
  jobs += 1;
  const id = jobs;
  for (let step = 1; step <= steps; step += 1) {
    setTimeout(() => {
      if (cancelled.has(id)) return;
      what.onStep?.(step);
      const last = step === steps;
      const done = Math.round((total * step) / steps);
      const findings = kind === 'import' || kind === 'replay' ? step * 9 : 0;
      const state = fake.job({ id, kind, label, total, unit, done, findings });
      void emit('job-changed', last ? { ...state, state: 'finished', ...over } : state);
    }, step * pace);
  }
  return fake.job({ id, kind, label, total, unit });
}

export function startJob(kind: string, label: string, total: number, over: Partial<JobState>) {
  return work({ kind, label, total, steps: kind === 'check' ? 2 : 40 }, over);
}

export function cancelJob(id: number): void {
  cancelled.add(id);
  void emit('job-changed', fake.job({ id, state: 'cancelled' }));
}
