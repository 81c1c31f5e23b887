/** Takes an import back; what that means is said first. */

import { api, type ImportSummary } from '@/api/client';
import { ConfirmDialog } from '@/components/Dialog';
import { t } from '@/i18n';
import { useAct } from '@/lib/act';
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
  const undo = useAct(async () => {
    await api.undoImport({ import: summary.id, reason: '' });
    toast(t.import.undone(file));
    onClose();
    changedTopics('imports', 'board', 'cdrs', 'cdr', 'settle', 'audit');
  });
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t.import.undoTitle(file)}
      act={t.import.undoAct(count)}
      onAct={undo.run}
      busy={undo.busy}
      problem={undo.problem}
      actTestId={testid.importUndoConfirm}
    >
      <p>{t.import.undoText(count)}</p>
    </ConfirmDialog>
  );
}
