/** Exchanges new tokens with a partner that we registered with. */

import { useState } from 'react';
import { api } from '@/api/client';
import { ActDialog } from '@/components/ActDialog';
import { t } from '@/i18n';
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
  const renew = async () => {
    await api.renewConnection(partner, { our_url: ourUrl.trim(), listen: listen.trim() });
    changedTopics('connection', 'audit');
    toast(t.connection.renewed(partner));
    onClose();
  };
  return (
    <ActDialog
      onClose={onClose}
      title={t.connection.renewTitle}
      act={t.connection.renewAct}
      work={renew}
      disabled={ourUrl.trim() === '' || listen.trim() === ''}
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
    </ActDialog>
  );
}
