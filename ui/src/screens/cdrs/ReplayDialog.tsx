/** A partner-month replayed again: what would change is shown first, then adopted by decision. */

import { useState } from 'react';
import { api, type ReplayTrial } from '@/api/client';
import { ActDialog } from '@/components/ActDialog';
import { Amount } from '@/components/Figure';
import { ProblemPanel } from '@/components/ProblemPanel';
import { ReasonField } from '@/components/ReasonField';
import { t } from '@/i18n';
import { decisionsChanged, useQuery } from '@/lib/query';
import { testid } from '@/lib/testids';
import { formatMonth } from '@/lib/time';
import { toast } from '@/lib/toasts';
import { undoKept } from './takeBack';

/** Most changes in the dialog; the rest is counted. */
const SHOWN = 50;

export interface ReplayDialogProps {
  partner: string;
  month: string;
  onClose: () => void;
}

export function ReplayDialog({ partner, month, onClose }: ReplayDialogProps) {
  const [reason, setReason] = useState('');
  const asked = useQuery('book', `replay ${partner} ${month}`, () =>
    api.replayTrial({ partner, month }),
  );
  const trial = asked.data;
  const changed = trial?.changed ?? 0;
  const adopt = async () => {
    const shown = trial?.sha256 ?? null;
    const adopted = await api.replayAdopt({ partner, month, reason: reason.trim(), shown });
    decisionsChanged();
    const { decision } = adopted;
    if (decision !== null) {
      toast(t.explorer.replayed(adopted.trial.changed), {
        undo: () => void undoKept(decision, t.explorer.undoReason),
      });
    }
    onClose();
  };
  return (
    <ActDialog
      onClose={onClose}
      title={t.explorer.replayTitle(formatMonth(month))}
      act={t.explorer.replayAct(changed)}
      work={adopt}
      disabled={changed === 0 || reason.trim() === ''}
      wide
      actTestId={testid.replayAdopt}
    >
      {asked.problem && <ProblemPanel problem={asked.problem} />}
      {trial === undefined ? (
        !asked.problem && <p className="muted">{t.explorer.replayLooking}</p>
      ) : (
        <Summary trial={trial} />
      )}
      {changed > 0 && (
        <>
          <p className="muted">{t.explorer.replayKept}</p>
          <ReasonField
            value={reason}
            hint={t.explorer.replayReasonHint}
            onValue={setReason}
            testId={testid.replayReason}
          />
        </>
      )}
    </ActDialog>
  );
}

function Summary({ trial }: { trial: ReplayTrial }) {
  const { explorer: text } = t;
  const shown = Math.min(SHOWN, trial.rows.length);
  return (
    <div className="stack" data-testid={testid.replaySummary}>
      <p>{text.replayLooked(trial.looked, trial.priced)}</p>
      {trial.changed === 0 && <p>{text.replayNone}</p>}
      {trial.moves.map(({ from, to, count }) => (
        <p key={`${from} ${to}`}>
          {text.replayMove(text.replayVerdict(from), text.replayVerdict(to), count)}
        </p>
      ))}
      {trial.settled > 0 && <p>{text.replaySettled(trial.settled)}</p>}
      {trial.decided > 0 && <p>{text.replayDecided(trial.decided)}</p>}
      {trial.changed > 0 && <Changes trial={trial} />}
      {shown < trial.changed && (
        <p className="small muted">{text.replayFirst(shown, trial.changed)}</p>
      )}
    </div>
  );
}

function Changes({ trial }: { trial: ReplayTrial }) {
  return (
    <table className="plain-table">
      <thead>
        <tr>
          <th>{t.explorer.title}</th>
          <th className="num">{t.explorer.replayBefore}</th>
          <th className="num">{t.explorer.replayAfter}</th>
          <th className="num">{t.explorer.replayChange}</th>
        </tr>
      </thead>
      <tbody>
        {trial.sums.map((sum) => (
          <tr key={sum.currency}>
            <th scope="row">{t.explorer.count(sum.count)}</th>
            <Figures
              currency={sum.currency}
              amounts={[sum.before, sum.after]}
              change={sum.change}
            />
          </tr>
        ))}
        {trial.rows.slice(0, SHOWN).map((row) => (
          <tr key={row.cdr} data-testid={testid.replayChange}>
            <td className="mono-id">{row.id}</td>
            <Figures
              currency={row.currency}
              amounts={[row.before.excl_vat, row.after.excl_vat]}
              change={row.change}
            />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface FiguresProps {
  currency: string;
  amounts: readonly [string | null, string | null];
  change: string | null;
}

function Figures({ currency, amounts, change }: FiguresProps) {
  const money = (amount: string | null) => (amount === null ? null : { amount, currency });
  return (
    <>
      <td className="num">
        <Amount money={money(amounts[0])} />
      </td>
      <td className="num">
        <Amount money={money(amounts[1])} />
      </td>
      <td className="num">
        <Amount money={money(change)} signed />
      </td>
    </>
  );
}
