/** Deciding about many at once: what it does, a reason that Enter confirms, and for how long. */

import { useState } from 'react';
import type { DecisionTarget } from '@/api/client';
import { ActDialog } from '@/components/ActDialog';
import { ReasonField } from '@/components/ReasonField';
import { t } from '@/i18n';
import { testid } from '@/lib/testids';
import { decide, holdUntil, remember, usualReason, type Verb } from './decide';

export interface Asked {
  verb: Verb;
  /** What it is about: "1,204 CDRs". */
  what: string;
  /** The cause or the status, for the reason offered. */
  about: string;
  count: number;
  target: () => Promise<DecisionTarget> | DecisionTarget;
}

export interface DecideDialogProps {
  asked: Asked;
  direction: string;
  onClose: () => void;
  onDone?: () => void;
}

export function DecideDialog({ asked, direction, onClose, onDone }: DecideDialogProps) {
  const { verb, what, about, count } = asked;
  // A cause is its own reason; the one before was of another.
  const [reason, setReason] = useState(() => t.reconcile.standardReason(verb, about));
  const [until, setUntil] = useState(holdUntil);
  const day = verb === 'hold' ? until : null;
  const act = async () => {
    await decide(verb, await asked.target(), reason.trim(), day);
    remember(verb, reason.trim(), day);
    onDone?.();
    onClose();
  };
  return (
    <ActDialog
      onClose={onClose}
      title={t.reconcile.actTitle(verb, what)}
      act={t.reconcile.act(verb, what)}
      work={act}
      disabled={reason.trim() === '' || (verb === 'hold' && until === '')}
      actTestId={testid.decideConfirm}
    >
      <p className="muted">{t.reconcile.consequence(verb, what, count, direction)}</p>
      <ReasonField value={reason} hint="" onValue={setReason} testId={testid.decideReason} />
      {verb === 'hold' && (
        <label className="field">
          <span>{t.reconcile.until}</span>
          <input
            type="date"
            className="input"
            value={until}
            data-testid={testid.decideUntil}
            onChange={(event) => setUntil(event.target.value)}
          />
        </label>
      )}
    </ActDialog>
  );
}

/** Decides one row at once, by the last reason given. */
export function decideRow(verb: Verb, target: DecisionTarget, about: string) {
  const until = verb === 'hold' ? holdUntil() : null;
  return decide(verb, target, usualReason(verb, about), until);
}
