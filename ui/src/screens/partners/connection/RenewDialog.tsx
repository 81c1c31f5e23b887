/** Exchanges new tokens with a partner that we registered with. */

import { useState } from 'react';
import { api } from '@/api/client';
import { ConfirmDialog } from '@/components/Dialog';
import { t } from '@/i18n';
import { useAct } from '@/lib/act';
import { changedTopics } from '@/lib/query';
import { testid } from '@/lib/testids';
import { toast } from '@/lib/toasts';
import { LISTEN } from '../../connect/draft';
import { RegisterFields } from '../../connect/RegisterFields';

interface RenewDialogProps {
  partner: string;
  onClose: () => void;
}

export function RenewDialog({ partner, onClose }: RenewDialogProps) {
  const [ourUrl, setOurUrl] = useState('');
  const [listen, setListen] = useState(LISTEN);
  const renew = useAct(async () => {
    await api.renewConnection(partner, { our_url: ourUrl.trim(), listen: listen.trim() });
    changedTopics('connection', 'audit');
    toast(t.connection.renewed(partner));
    onClose();
  });
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t.connection.renewTitle}
      act={t.connection.renewAct}
      onAct={renew.run}
      busy={renew.busy}
      disabled={ourUrl.trim() === '' || listen.trim() === ''}
      problem={renew.problem}
      actTestId={testid.connectionRenewConfirm}
    >
      <p>{t.connection.renewText}</p>
      <RegisterFields
        ourUrl={ourUrl}
        listen={listen}
        onOurUrl={setOurUrl}
        onListen={setListen}
        autoFocus
      />
    </ConfirmDialog>
  );
}
