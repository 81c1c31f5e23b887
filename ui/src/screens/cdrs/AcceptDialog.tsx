/** Accepting differences: a reason, the act, and ten seconds to take it back. */

import { useState } from 'react';
import {
  api,
  type CdrFilter,
  type CdrRowDto,
  type Decided,
  type Selection as WireSelection,
} from '@/api/client';
import { ActDialog } from '@/components/ActDialog';
import { ReasonField } from '@/components/ReasonField';
import { t } from '@/i18n';
import { reportProblem } from '@/lib/report';
import { type Selection, size } from '@/lib/selection';
import { testid } from '@/lib/testids';
import { toast } from '@/lib/toasts';

export interface AcceptDialogProps {
  selection: Selection;
  filter: CdrFilter;
  onClose: () => void;
  onChanged: (rows: readonly CdrRowDto[], count: number) => void;
  onDone: () => void;
}

/** Rows left out of "all that match" make it a list of the others, which must be asked for. */
async function toWire(selection: Selection): Promise<WireSelection> {
  switch (selection.kind) {
    case 'none':
      return { rows: [] };
    case 'picked':
      return { rows: [...selection.ids].map(Number) };
    case 'matching': {
      const filter = JSON.parse(selection.filter) as CdrFilter;
      if (selection.except.size === 0) return { matching: filter };
      return { rows: await rowsOf(filter, selection.except) };
    }
  }
}

/** Every row of a filter but these. */
async function rowsOf(filter: CdrFilter, except: ReadonlySet<string>): Promise<number[]> {
  const view = await api.openCdrs(filter, { column: 'start', descending: false });
  const rows: number[] = [];
  for (let start = 0; start < view.count; start += 1000) {
    const page = await api.cdrRows({ view: view.view, start, len: 1000 });
    rows.push(...page.map((row) => row.row).filter((row) => !except.has(String(row))));
  }
  return rows;
}

export function AcceptDialog(props: AcceptDialogProps) {
  const { selection, onClose, onChanged } = props;
  const [reason, setReason] = useState('');
  const count = size(selection);

  const undo = async (decided: Decided) => {
    try {
      const back = await api.undo({ decision: decided.decision, reason: t.explorer.undoReason });
      onChanged(back.rows, back.count);
      toast(t.undone);
    } catch (thrown) {
      reportProblem(thrown);
    }
  };
  const accept = async () => {
    const wire = await toWire(selection);
    const decided = await api.accept({ selection: wire, reason: reason.trim() });
    onChanged(decided.rows, decided.count);
    if (decided.count === 0) toast(t.explorer.acceptedNone, { tone: 'problem' });
    else toast(t.explorer.accepted(decided.count), { undo: () => void undo(decided) });
    props.onDone();
    onClose();
  };

  return (
    <ActDialog
      onClose={onClose}
      title={t.explorer.acceptTitle(count)}
      act={t.explorer.acceptAct(count)}
      work={accept}
      disabled={reason.trim() === ''}
      actTestId={testid.acceptConfirm}
    >
      <p className="muted">{t.explorer.acceptText(count)}</p>
      <ReasonField
        value={reason}
        hint={t.explorer.acceptReasonHint}
        onValue={setReason}
        testId={testid.acceptReason}
      />
    </ActDialog>
  );
}
