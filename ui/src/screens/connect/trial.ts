/** A connection being tried: asked after again whenever its job reports a step. */

import { useCallback, useEffect, useRef, useState } from 'react';
import {
  api,
  asProblem,
  type ConnectRequest,
  type ConnectTrial,
  onJob,
  type Problem,
} from '@/api/client';
import { applyJob, isOver, whenOver } from '@/lib/jobs';

export interface Trial {
  /** Null until one was started. */
  job: number | null;
  found: ConnectTrial | null;
  /** Why it could not be started or ended without an answer. */
  problem: Problem | null;
  running: boolean;
}

const NONE: Trial = { job: null, found: null, problem: null, running: false };

export interface Trying {
  trial: Trial;
  start: (request: ConnectRequest) => void;
  /** Stops what runs and forgets what was found. */
  drop: () => void;
}

export function useTrial(): Trying {
  const [trial, setTrial] = useState<Trial>(NONE);
  const turn = useRef(0);
  const running = useRef<number | null>(null);

  const stop = useCallback(() => {
    turn.current += 1;
    // A job that has ended meanwhile has nothing left to stop.
    if (running.current !== null) api.cancelJob(running.current).catch(() => {});
    running.current = null;
  }, []);
  useEffect(() => stop, [stop]);

  useEffect(() => {
    if (trial.job === null || !trial.running) return;
    return follow(trial.job, (change) => {
      if (!change.running) running.current = null;
      setTrial((before) => (before.job === trial.job ? { ...before, ...change } : before));
    });
  }, [trial.job, trial.running]);

  const start = async (request: ConnectRequest) => {
    stop();
    const mine = turn.current;
    setTrial({ ...NONE, running: true });
    try {
      const job = await api.tryConnection(request);
      applyJob(job);
      if (turn.current !== mine) {
        api.cancelJob(job.id).catch(() => {});
        return;
      }
      running.current = job.id;
      setTrial({ ...NONE, job: job.id, running: true });
    } catch (thrown) {
      if (turn.current === mine) setTrial({ ...NONE, problem: asProblem(thrown) });
    }
  };
  const drop = () => {
    stop();
    setTrial(NONE);
  };
  return { trial, start: (request) => void start(request), drop };
}

/** Reports what is found so far, at every step and once more at the end. */
function follow(job: number, report: (change: Omit<Trial, 'job'>) => void): () => void {
  let wanted = true;
  let latest = 0;
  const ask = async (problem: Problem | null, last: boolean) => {
    latest += 1;
    const mine = latest;
    try {
      const found = await api.trial(job);
      const running = found.state === 'running' && !last;
      if (wanted && mine === latest) {
        report({ found, running, problem: found.state === 'running' ? problem : null });
      }
    } catch (thrown) {
      if (wanted && mine === latest) {
        report({ found: null, running: false, problem: problem ?? asProblem(thrown) });
      }
    }
  };
  void ask(null, false);
  const deafen = onJob((state) => {
    if (state.id === job && !isOver(state)) void ask(null, false);
  });
  void whenOver(job).then((over) => {
    if (wanted) void ask(over.problem, true);
  });
  return () => {
    wanted = false;
    deafen();
  };
}
