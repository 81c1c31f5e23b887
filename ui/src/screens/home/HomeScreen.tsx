/** The close board: what stands between you and a closed month. */

import {
  ArrowRight,
  Check,
  CircleDashed,
  Clock3,
  FileDown,
  LoaderCircle,
  type LucideIcon,
  OctagonAlert,
} from 'lucide-react';
import {
  api,
  type Blocker,
  type BoardCell,
  type BoardRow,
  isBucket,
  STAGES,
  type Stage,
} from '@/api/client';
import { Button } from '@/components/Button';
import { EmptyState } from '@/components/EmptyState';
import { ProblemPanel } from '@/components/ProblemPanel';
import { BUCKET_LOOK, type Tone } from '@/components/Status';
import { t } from '@/i18n';
import { useBook } from '@/lib/book';
import { formatCount, formatMoney } from '@/lib/decimal';
import { useQuery } from '@/lib/query';
import { address, changed, formatAddress, navigate, type Screen, useAddress } from '@/lib/router';
import { testid } from '@/lib/testids';
import { formatMonth } from '@/lib/time';

const STATE_LOOK: Record<string, { icon: LucideIcon; tone: Tone }> = {
  done: { icon: Check, tone: 'good' },
  working: { icon: LoaderCircle, tone: 'info' },
  blocked: { icon: OctagonAlert, tone: 'bad' },
  waiting: { icon: Clock3, tone: 'neutral' },
  empty: { icon: CircleDashed, tone: 'neutral' },
};

export function HomeScreen() {
  const { partner, month } = useAddress();
  const { info } = useBook();
  const board = useQuery('board', `${partner}|${month}`, () => api.closeBoard({ partner, month }));
  return (
    <section className="screen" data-testid={testid.homeScreen}>
      <header className="topbar">
        <h1>{t.home.title}</h1>
        <span className="topbar-sub">{month ? formatMonth(month) : t.shell.allMonths}</span>
      </header>
      {board.problem && <ProblemPanel problem={board.problem} onRetry={board.reload} />}
      {board.data && board.data.rows.length === 0 && (
        <NothingYet any={info.cdrs > 0} month={month} />
      )}
      {board.data && board.data.rows.length > 0 && (
        <div className="page" data-stale={board.loading}>
          <div className="page-inner">
            <NextSteps rows={board.data.rows} months={month === null} />
            <Board rows={board.data.rows} months={month === null} />
          </div>
        </div>
      )}
    </section>
  );
}

function NothingYet({ any, month }: { any: boolean; month: string | null }) {
  return (
    <EmptyState
      icon={FileDown}
      title={t.home.emptyTitle}
      text={any ? t.home.emptyScoped(month) : t.home.emptyText}
      action={
        any ? (
          <Button onClick={() => navigate({ partner: null, month: null })}>{t.home.showAll}</Button>
        ) : (
          <Button variant="primary" onClick={() => navigate({ screen: 'import' })}>
            {t.import.choose}
          </Button>
        )
      }
    />
  );
}

/** The rows behind a blocker. */
function blockerAddress(row: BoardRow, blocker: Blocker): string {
  if (isBucket(blocker.what)) return addressOf(row, 'reconcile', { bucket: blocker.what });
  if (blocker.what === 'partner_incomplete') {
    return addressOf(row, 'home', { edit: row.partner.key });
  }
  return addressOf(row, 'settle');
}

function addressOf(row: BoardRow, screen: Screen, params: Record<string, string> = {}): string {
  const here = address();
  // The form of a partner opens over the board as it is; everything else leads to its rows.
  if (params.edit) return formatAddress(changed(here, { params }));
  return formatAddress({ screen, partner: row.partner.key, month: row.month, params });
}

/** Where a cell leads: to the rows it counts. */
function cellAddress(row: BoardRow, cell: BoardCell): string {
  const first = cell.blocked_by[0];
  if (first) return blockerAddress(row, first);
  if (cell.stage === 'reconciled') return addressOf(row, 'reconcile');
  return addressOf(row, cell.stage === 'draft' || cell.stage === 'issued' ? 'settle' : 'cdrs');
}

/** The first things to do, one sentence each, straight to their rows. */
function NextSteps({ rows, months }: { rows: readonly BoardRow[]; months: boolean }) {
  const steps = rows.flatMap((row) =>
    row.cells.flatMap((cell) =>
      cell.blocked_by.map((blocker) => ({ row, blocker, stage: cell.stage })),
    ),
  );
  const unique = steps.filter(
    (step, i) =>
      steps.findIndex((one) => one.row === step.row && one.blocker.what === step.blocker.what) ===
      i,
  );
  return (
    <section className="card next" aria-label={t.home.question}>
      <h2>{t.home.question}</h2>
      {unique.length === 0 ? (
        <p className="row muted">
          <Check size={16} className="tone-text-good" aria-hidden />
          {t.home.clear}
        </p>
      ) : (
        <ul className="next-list">
          {unique.slice(0, 6).map(({ row, blocker }) => (
            <li key={`${row.partner.key}-${row.month}-${blocker.what}`}>
              <a className="next-item" href={blockerAddress(row, blocker)}>
                <BlockerIcon what={blocker.what} />
                <span className="grow truncate">
                  <strong>{t.home.blocker(blocker.what, blocker.count)}</strong>
                  <span className="muted">
                    {' '}
                    · {row.partner.name}
                    {months && ` · ${formatMonth(row.month, 'short')}`}
                  </span>
                </span>
                <span className="num muted">
                  {blocker.amounts.map((money) => formatMoney(money)).join(' · ')}
                </span>
                <ArrowRight size={14} className="faint" aria-hidden />
              </a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function BlockerIcon({ what }: { what: string }) {
  const look = isBucket(what) ? BUCKET_LOOK[what] : { icon: OctagonAlert, tone: 'bad' as Tone };
  const Icon = look.icon;
  return (
    <span className={`tone-text-${look.tone}`}>
      <Icon size={16} aria-hidden />
    </span>
  );
}

function Board({ rows, months }: { rows: readonly BoardRow[]; months: boolean }) {
  return (
    <section className="card board" aria-label={t.home.title}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t.home.partner}</th>
            {STAGES.map((stage) => (
              <th scope="col" key={stage}>
                {t.stage[stage]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <BoardLine
              key={`${row.partner.key}-${row.month}`}
              row={row}
              month={months && rows[i - 1]?.month !== row.month}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function BoardLine({ row, month }: { row: BoardRow; month: boolean }) {
  return (
    <>
      {month && (
        <tr className="board-month">
          <th scope="colgroup" colSpan={STAGES.length + 1}>
            {formatMonth(row.month)}
          </th>
        </tr>
      )}
      <tr data-testid={testid.boardRow(row.partner.key)} data-month={row.month}>
        <th scope="row">
          <span className="truncate" title={row.partner.name}>
            {row.partner.name}
          </span>
          <span className="small faint">
            {row.partner.key} · {row.direction === 'payable' ? t.home.payable : t.home.receivable}
          </span>
        </th>
        {STAGES.map((stage) => (
          <td key={stage}>
            <Cell row={row} stage={stage} cell={row.cells.find((one) => one.stage === stage)} />
          </td>
        ))}
      </tr>
    </>
  );
}

interface CellProps {
  row: BoardRow;
  stage: Stage;
  cell: BoardCell | undefined;
}

function Cell({ row, stage, cell }: CellProps) {
  if (!cell || cell.state === 'empty') return <span className="cell-empty">{t.none}</span>;
  const look = STATE_LOOK[cell.state] ?? { icon: CircleDashed, tone: 'neutral' as Tone };
  const Icon = look.icon;
  // Before there is a draft, its cell counts the CDRs that wait for one.
  const documents = stage === 'issued' || (stage === 'draft' && cell.state === 'done');
  return (
    <a
      className="cell"
      href={cellAddress(row, cell)}
      data-state={cell.state}
      data-testid={testid.boardCell(row.partner.key, stage)}
    >
      <span className={`cell-state tone-text-${look.tone}`}>
        <Icon size={14} strokeWidth={2.2} aria-hidden />
        {t.home.state[cell.state] ?? cell.state}
      </span>
      {cell.count > 0 && (
        <span className="cell-count">
          {documents ? t.home.documents(cell.count) : formatCount(cell.count)}
        </span>
      )}
      {cell.amounts.map((money) => (
        <span className="cell-amount" key={money.currency}>
          {formatMoney(money)}
        </span>
      ))}
      {cell.blocked_by.slice(0, 3).map((blocker) => (
        <span className="small costs" key={blocker.what}>
          {t.home.blocker(blocker.what, blocker.count)}
        </span>
      ))}
    </a>
  );
}
