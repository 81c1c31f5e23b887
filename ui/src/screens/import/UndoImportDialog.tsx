/** Takes an import back; what that means is said first. */

import { useState } from 'react';
import { api, asProblem, type ImportSummary, type Problem } from '@/api/client';
import { ConfirmDialog } from '@/components/Dialog';
import { t } from '@/i18n';
import { changedTopics } from '@/lib/query';
import { testid } from '@/lib/testids';
import { toast } from '@/lib/toasts';

interface UndoImportProps {
  summary: ImportSummary;
  onClose: () => void;
}

export function UndoImportDialog({ summary, onClose }: UndoImportProps) {
  const { file, corrections } = summary.result;
  const count = summary.result.new + corrections;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const undo = async () => {
    setBusy(true);
    try {
      await api.undoImport({ import: summary.id, reason: '' });
      toast(t.import.undone(file));
      onClose();
      changedTopics('imports', 'board', 'cdrs', 'cdr', 'settle', 'audit');
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setBusy(false);
    }
  };
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t.import.undoTitle(file)}
      act={t.import.undoAct(count)}
      onAct={() => void undo()}
      busy={busy}
      problem={problem}
      actTestId={testid.importUndoConfirm}
    >
      <p>{t.import.undoText(count)}</p>
    </ConfirmDialog>
  );
}
