/**
 * A dialog whose button does something: once at a time, and a failure is shown in it. `work` does
 * it and closes the dialog.
 */

import { type ReactNode, useState } from 'react';
import { asProblem, type Problem } from '@/api/client';
import { ConfirmDialog } from './Dialog';

export interface ActDialogProps {
  onClose: () => void;
  title: string;
  /** The button names the act: "Issue 12 invoices". */
  act: string;
  /** What it throws becomes the problem. */
  work: () => Promise<void>;
  disabled?: boolean;
  /** For tables. */
  wide?: boolean;
  actTestId: string;
  children: ReactNode;
}

export function ActDialog({ work, ...dialog }: ActDialogProps) {
  // Stays busy after success, when the dialog goes.
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
  return <ConfirmDialog open busy={busy} problem={problem} onAct={() => void run()} {...dialog} />;
}
