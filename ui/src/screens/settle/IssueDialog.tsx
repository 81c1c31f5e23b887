/** The one irrevocable act here: said with its consequence, on a button that names it. */

import { useState } from 'react';
import { api, asProblem, type InvoiceSummary, type Problem } from '@/api/client';
import { ConfirmDialog } from '@/components/Dialog';
import { t } from '@/i18n';
import { formatMoney } from '@/lib/decimal';
import { changedTopics } from '@/lib/query';
import { navigate } from '@/lib/router';
import { testid } from '@/lib/testids';
import { formatMonth } from '@/lib/time';
import { toast } from '@/lib/toasts';

export interface IssueDialogProps {
  drafts: readonly InvoiceSummary[];
  onClose: () => void;
}

export function IssueDialog({ drafts, onClose }: IssueDialogProps) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const first = drafts[0];
  const issue = async () => {
    setBusy(true);
    try {
      const result = await api.issue({ invoices: drafts.map((one) => one.id) });
      changedTopics('settle', 'board', 'cdrs', 'cdr', 'audit');
      const numbers = result.issued.map((one) => one.number).join(', ');
      if (numbers) toast(t.settle.issuedNow(numbers));
      const opened = result.issued[0];
      if (opened) navigate({ params: { invoice: String(opened.id) } }, true);
      const failed = result.failed[0];
      if (failed) {
        setProblem(failed.problem);
        setBusy(false);
      } else onClose();
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setBusy(false);
    }
  };
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t.settle.issueTitle(drafts.length)}
      act={t.settle.issueAct(drafts.length)}
      onAct={() => void issue()}
      busy={busy}
      problem={problem}
      actTestId={testid.issueConfirm}
    >
      <ul className="issue-list">
        {drafts.map((one) => (
          <li key={one.id} className="row">
            <span className="grow truncate">
              {one.partner.name} · {formatMonth(one.month, 'short')}
            </span>
            <strong className="num">
              {formatMoney({ amount: one.gross, currency: one.currency })}
            </strong>
          </li>
        ))}
      </ul>
      <p data-testid={testid.issueSentence}>
        {t.settle.issueSentence(drafts.length, first?.partner.name ?? '')}
      </p>
    </ConfirmDialog>
  );
}
