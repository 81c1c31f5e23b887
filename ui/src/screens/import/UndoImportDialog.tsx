/** Takes an import back; what that means is said first. */

import { api, type ImportSummary } from '@/api/client';
import { ActDialog } from '@/components/ActDialog';
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
  const undo = async () => {
    await api.undoImport({ import: summary.id, reason: '' });
    toast(t.import.undone(file));
    onClose();
    changedTopics('imports', 'board', 'cdrs', 'cdr', 'settle', 'audit');
  };
  return (
    <ActDialog
      onClose={onClose}
      title={t.import.undoTitle(file)}
      act={t.import.undoAct(count)}
      work={undo}
      actTestId={testid.importUndoConfirm}
    >
      <p>{t.import.undoText(count)}</p>
    </ActDialog>
  );
}
