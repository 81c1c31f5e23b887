/** What a dialog does when its button is pressed: once at a time, and a failure is shown in it. */

import { useState } from 'react';
import { asProblem, type Problem } from '@/api/client';

export interface Act {
  /** Still at it. Stays so after success, when the dialog goes. */
  busy: boolean;
  /** Why it could not be done. */
  problem: Problem | null;
  run: () => void;
}

/** `work` does it and closes the dialog; what it throws becomes the problem. */
export function useAct(work: () => Promise<void>): Act {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const run = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setBusy(false);
    }
  };
  return { busy, problem, run: () => void run() };
}
