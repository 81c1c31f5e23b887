/** Keeping what was supposed for one CDR: a reason, the act, and ten seconds to take it back. */

import { useState } from 'react';
import { api, type WhatIf } from '@/api/client';
import { ActDialog } from '@/components/ActDialog';
import { ReasonField } from '@/components/ReasonField';
import { t } from '@/i18n';
import { decisionsChanged } from '@/lib/query';
import { testid } from '@/lib/testids';
import { toast } from '@/lib/toasts';
import { supposedText } from './supposition';
import { undoKept } from './takeBack';

export interface KeepDialogProps {
  question: WhatIf;
  onClose: () => void;
  onKept: () => void;
}

export function KeepDialog({ question, onClose, onKept }: KeepDialogProps) {
  const [reason, setReason] = useState('');
  const keep = async () => {
    const { decision } = await api.keepWhatif({ what: question, reason: reason.trim() });
    onKept();
    decisionsChanged();
    toast(t.whatif.kept, { undo: () => void undoKept(decision, t.explorer.undoReason) });
    onClose();
  };
  return (
    <ActDialog
      onClose={onClose}
      title={t.whatif.keepTitle}
      act={t.whatif.keepAct}
      work={keep}
      disabled={reason.trim() === ''}
      actTestId={testid.whatifKeepConfirm}
    >
      <p>{supposedText(question)}</p>
      <p className="muted">{t.whatif.keepText}</p>
      <ReasonField
        value={reason}
        hint={t.whatif.keepReasonHint}
        onValue={setReason}
        testId={testid.whatifReason}
      />
    </ActDialog>
  );
}
