/** Ends a connection. It cannot be undone: the token is gone, so its consequence is said first. */

import { useState } from 'react';
import { api, asProblem, type ConnectionDto, type Problem } from '@/api/client';
import { ConfirmDialog } from '@/components/Dialog';
import { t } from '@/i18n';
import { changedTopics } from '@/lib/query';
import { testid } from '@/lib/testids';
import { toast } from '@/lib/toasts';

interface RemoveDialogProps {
  connection: ConnectionDto;
  onClose: () => void;
}

export function RemoveDialog({ connection, onClose }: RemoveDialogProps) {
  const { partner, registered } = connection;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const remove = async () => {
    setBusy(true);
    try {
      await api.removeConnection(partner);
      toast(t.connection.removed(partner));
      onClose();
      changedTopics('connection', 'audit');
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setBusy(false);
    }
  };
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t.connection.removeTitle(partner)}
      act={t.connection.removeAct(partner)}
      onAct={() => void remove()}
      busy={busy}
      problem={problem}
      actTestId={testid.connectionRemoveConfirm}
    >
      <p>{t.connection.removeText(registered)}</p>
    </ConfirmDialog>
  );
}
