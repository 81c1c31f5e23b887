/** Exchanges new tokens with a partner that we registered with. */

import { useState } from 'react';
import { api, asProblem, type Problem } from '@/api/client';
import { ConfirmDialog } from '@/components/Dialog';
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
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const renew = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await api.renewConnection(partner, { our_url: ourUrl.trim(), listen: listen.trim() });
      changedTopics('connection', 'audit');
      toast(t.connection.renewed(partner));
      onClose();
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setBusy(false);
    }
  };
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t.connection.renewTitle}
      act={t.connection.renewAct}
      onAct={() => void renew()}
      busy={busy}
      disabled={ourUrl.trim() === '' || listen.trim() === ''}
      problem={problem}
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
