/** Ends a connection. It cannot be undone: the token is gone, so its consequence is said first. */

import { api, type ConnectionDto } from '@/api/client';
import { ConfirmDialog } from '@/components/Dialog';
import { t } from '@/i18n';
import { useAct } from '@/lib/act';
import { changedTopics } from '@/lib/query';
import { testid } from '@/lib/testids';
import { toast } from '@/lib/toasts';

interface RemoveDialogProps {
  connection: ConnectionDto;
  onClose: () => void;
}

export function RemoveDialog({ connection, onClose }: RemoveDialogProps) {
  const { partner, registered } = connection;
  const remove = useAct(async () => {
    await api.removeConnection(partner);
    toast(t.connection.removed(partner));
    onClose();
    changedTopics('connection', 'audit');
  });
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t.connection.removeTitle(partner)}
      act={t.connection.removeAct(partner)}
      onAct={remove.run}
      busy={remove.busy}
      problem={remove.problem}
      actTestId={testid.connectionRemoveConfirm}
    >
      <p>{t.connection.removeText(registered)}</p>
    </ConfirmDialog>
  );
}
