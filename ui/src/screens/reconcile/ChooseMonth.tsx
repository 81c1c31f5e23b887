/** Which partner-month to reconcile, with what blocks each. */

import { ArrowRight, Inbox } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { api } from '@/api/client';
import { Button } from '@/components/Button';
import { EmptyState } from '@/components/EmptyState';
import { ProblemPanel } from '@/components/ProblemPanel';
import { t } from '@/i18n';
import { useBook } from '@/lib/book';
import { pressOf } from '@/lib/keys';
import { prefs } from '@/lib/prefs';
import { useQuery } from '@/lib/query';
import { formatAddress, navigate, useAddress } from '@/lib/router';
import { testid } from '@/lib/testids';
import { formatMonth } from '@/lib/time';

/** How far each key goes in the list. */
const STEPS: Readonly<Record<string, number>> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

/** Moves the focus along the list, as in every table; letters only where they are keys. */
function step(event: KeyboardEvent<HTMLAnchorElement>) {
  const press = pressOf(event.nativeEvent);
  const by = STEPS[press];
  if (by === undefined || (press.length === 1 && !prefs.get().singleKeys)) return;
  event.preventDefault();
  const links = [...(event.currentTarget.closest('ul')?.querySelectorAll('a') ?? [])];
  links[links.indexOf(event.currentTarget) + by]?.focus();
}

export function ChooseMonth() {
  const here = useAddress();
  const { info } = useBook();
  const month = here.month ?? (here.partner ? null : (info.months[0] ?? null));
  const request = { month, partner: here.partner };
  const board = useQuery('board', JSON.stringify(request), () => api.closeBoard(request));
  const first = useRef<HTMLAnchorElement>(null);
  const shown = board.data !== undefined;
  // Whoever came by keys goes on by keys: Enter opens the first.
  useEffect(() => {
    if (shown && document.activeElement === document.body) first.current?.focus();
  }, [shown]);
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
            {board.data?.rows.map((row, at) => {
              const cell = row.cells.find((one) => one.stage === 'reconciled');
              const blocked = cell?.blocked_by.map((one) => t.home.blocker(one.what, one.count));
              const { key, name } = row.partner;
              return (
                <li key={`${key}-${row.month}`}>
                  <a
                    ref={at === 0 ? first : undefined}
                    onKeyDown={step}
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
