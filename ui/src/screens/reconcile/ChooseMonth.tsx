/** Which partner-month to reconcile, with what blocks each. */

import { ArrowRight, Inbox } from 'lucide-react';
import { api } from '@/api/client';
import { Button } from '@/components/Button';
import { EmptyState } from '@/components/EmptyState';
import { ProblemPanel } from '@/components/ProblemPanel';
import { t } from '@/i18n';
import { useBook } from '@/lib/book';
import { useQuery } from '@/lib/query';
import { formatAddress, navigate, useAddress } from '@/lib/router';
import { testid } from '@/lib/testids';
import { formatMonth } from '@/lib/time';

export function ChooseMonth() {
  const here = useAddress();
  const { info } = useBook();
  const month = here.month ?? (here.partner ? null : (info.months[0] ?? null));
  const request = { month, partner: here.partner };
  const board = useQuery('board', JSON.stringify(request), () => api.closeBoard(request));
  if (board.data && board.data.rows.length === 0) {
    return (
      <EmptyState
        icon={Inbox}
        title={t.reconcile.chooseNone}
        text={t.reconcile.chooseNoneText}
        action={<Button onClick={() => navigate({ screen: 'import' })}>{t.import.choose}</Button>}
      />
    );
  }
  return (
    <>
      <header className="topbar">
        <h1>{t.reconcile.title}</h1>
      </header>
      {board.problem && <ProblemPanel problem={board.problem} onRetry={board.reload} />}
      <div className="page" aria-busy={board.loading}>
        <section className="card next page-inner">
          <h2>{t.reconcile.chooseTitle}</h2>
          <p className="muted">{t.reconcile.chooseText}</p>
          <ul className="next-list">
            {board.data?.rows.map((row) => {
              const cell = row.cells.find((one) => one.stage === 'reconciled');
              const blocked = cell?.blocked_by.map((one) => t.home.blocker(one.what, one.count));
              const { key, name } = row.partner;
              return (
                <li key={`${key}-${row.month}`}>
                  <a
                    className="next-item"
                    href={formatAddress({
                      screen: 'reconcile',
                      partner: key,
                      month: row.month,
                      params: {},
                    })}
                    data-testid={testid.reconcileChoice(key)}
                  >
                    <span className="grow truncate">
                      <strong>{name}</strong>
                      <span className="muted"> · {formatMonth(row.month, 'short')}</span>
                    </span>
                    <span className="muted truncate">
                      {blocked?.length ? blocked.join(', ') : t.reconcile.clear}
                    </span>
                    <ArrowRight size={14} className="faint" aria-hidden />
                  </a>
                </li>
              );
            })}
          </ul>
        </section>
      </div>
    </>
  );
}
