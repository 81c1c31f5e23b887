/** Ends a connection. It cannot be undone: the token is gone, so its consequence is said first. */

import { api, type ConnectionDto } from '@/api/client';
import { ActDialog } from '@/components/ActDialog';
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
  const remove = async () => {
    await api.removeConnection(partner);
    toast(t.connection.removed(partner));
    onClose();
    changedTopics('connection', 'audit');
  };
  return (
    <ActDialog
      onClose={onClose}
      title={t.connection.removeTitle(partner)}
      act={t.connection.removeAct(partner)}
      work={remove}
      actTestId={testid.connectionRemoveConfirm}
    >
      <p>{t.connection.removeText(registered)}</p>
    </ActDialog>
  );
}
