/** The rows of a choice, each with its evidence, decided one by one or together. */

import { ArrowLeft, CircleCheck, X } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import {
  api,
  type DecisionTarget,
  isBucket,
  type ReconcileMonth,
  type ReconcileRow,
  type ReconcileRows,
  type ReconcileRowsRequest,
} from '@/api/client';
import { Button } from '@/components/Button';
import { EmptyState } from '@/components/EmptyState';
import { ProblemPanel } from '@/components/ProblemPanel';
import { DataTable, type TableControl } from '@/components/table/DataTable';
import { usePages } from '@/components/table/usePages';
import { findingText, t } from '@/i18n';
import { useCommand } from '@/lib/commands';
import { prefs, ROW_HEIGHT } from '@/lib/prefs';
import { useQuery } from '@/lib/query';
import { reportProblem } from '@/lib/report';
import { navigate, useAddress } from '@/lib/router';
import { NOTHING, type Selection, size } from '@/lib/selection';
import { useStore } from '@/lib/store';
import { testid } from '@/lib/testids';
import { SelectionBar } from '@/screens/cdrs/SelectionBar';
import { Verbs } from './CausePanel';
import { type Asked, DecideDialog, decideRow } from './DecideDialog';
import type { Verb } from './decide';
import { EvidencePanel } from './EvidencePanel';
import { linkBest } from './links';
import { rowColumns } from './rowColumns';
import {
  focusTable,
  leaveRows,
  type Narrowing,
  rowId,
  rowsRequest,
  rowTarget,
  type Scope,
  showRows,
  wholeMonth,
} from './state';
import { useNarrow } from './useNarrow';

export interface RowsViewProps {
  month: ReconcileMonth;
  scope: Scope;
  by: Narrowing;
  panel: ReactNode;
}

export function RowsView(props: RowsViewProps) {
  const { scope, by } = props;
  const request = rowsRequest(scope, by);
  const answer = useQuery('reconcile', JSON.stringify(request), () => api.reconcileRows(request));
  const had = useRef(false);
  const total = answer.data?.total;
  // What was chosen is decided to the last row: on to the next cause.
  useEffect(() => {
    if (total) had.current = true;
    else if (total === 0 && had.current) leaveRows();
  }, [total]);
  return (
    <>
      <Chosen month={props.month} by={by} />
      {answer.problem && <ProblemPanel problem={answer.problem} onRetry={answer.reload} />}
      {answer.data && total === 0 && (
        <EmptyState
          icon={CircleCheck}
          title={t.reconcile.allDecided}
          text={t.reconcile.allDecidedText}
          action={<Button onClick={leaveRows}>{t.reconcile.back}</Button>}
        />
      )}
      {answer.data && total !== 0 && <Rows {...props} found={answer.data} />}
    </>
  );
}

/** What the rows are narrowed to, each to be dropped, and the way back. */
function Chosen({ month, by }: { month: ReconcileMonth; by: Narrowing }) {
  const cause = month.causes.find((one) => one.key === by.cause);
  const names: Record<string, string | undefined> = {
    bucket: by.bucket && isBucket(by.bucket) ? t.bucket[by.bucket] : by.bucket,
    cause: cause ? t.reconcile.causeName(cause) : by.cause && t.reconcile.causeKeyName(by.cause),
    finding: by.finding && findingText(by.finding).name,
    evse: by.evse,
    day: by.day && t.reconcile.filterDay(by.day),
  };
  return (
    <div className="reconcile-tabs row">
      <Button
        variant="quiet"
        icon={<ArrowLeft size={15} aria-hidden />}
        keys="Escape"
        onClick={leaveRows}
        testId={testid.reconcileBack}
      >
        {t.reconcile.back}
      </Button>
      {Object.entries(names).map(([name, text]) =>
        text ? (
          <span className="chip" key={name} data-testid={testid.reconcileFilter(name)}>
            <span className="truncate">{text}</span>
            <button
              type="button"
              className="chip-remove"
              aria-label={t.reconcile.dropFilter(text)}
              onClick={() => showRows({ ...by, [name]: undefined })}
            >
              <X size={13} aria-hidden />
            </button>
          </span>
        ) : null,
      )}
    </div>
  );
}

function Rows({ month, scope, by, panel, found }: RowsViewProps & { found: ReconcileRows }) {
  const { density } = useStore(prefs);
  const narrow = useNarrow();
  const request = rowsRequest(scope, by);
  const order = JSON.stringify(request);
  const turn = useRef({ found, n: 0 });
  if (turn.current.found !== found) turn.current = { found, n: turn.current.n + 1 };
  const cache = usePages<ReconcileRow>({
    id: `${order}-${turn.current.n}`,
    total: found.total,
    firstPage: found.rows,
    fetchPage: async (start, len) => (await api.reconcileRows({ ...request, start, len })).rows,
  });
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const [at, setAt] = useState(0);
  const [asked, setAsked] = useState<Asked | null>(null);
  const control = useRef<TableControl>(null);
  const panelRef = useRef<HTMLElement>(null);
  const last = useRef<ReconcileRow | undefined>(undefined);
  const row = cache.row(Math.min(at, found.total - 1)) ?? last.current;
  last.current = row;
  const payable = month.direction === 'payable';
  const columns = useMemo(() => rowColumns(payable, narrow), [payable, narrow]);
  useEffect(focusTable, []);
  const wanted = useAddress().params.row;
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked for once; re-reading moves nothing
  useEffect(() => {
    if (!wanted) return;
    let left = false;
    indexOf(request, found, wanted)
      .then((index) => index !== null && !left && control.current?.moveTo(index))
      .catch(reportProblem);
    return () => {
      left = true;
    };
  }, [wanted, order]);

  const askMany = (verb: Verb) => {
    const count = size(selection) || 1;
    const one = row ? [rowId(row)] : [];
    setAsked({
      verb,
      count,
      what: t.reconcile.rows(count, by.bucket ?? ''),
      about: row ? t.reconcile.reason(row.reason).name : '',
      target: () =>
        selection.kind === 'none'
          ? rowTarget(scope, one)
          : selectedTarget(scope, by, selection, found.total),
    });
  };
  const act = (verb: Verb) => {
    if (size(selection) > 0 || verb === 'exclude') {
      askMany(verb);
      return;
    }
    if (!row) return;
    const index = at;
    decideRow(verb, rowTarget(scope, [rowId(row)]), t.reconcile.reason(row.reason).name)
      .then((done) => {
        // Where the row stays in the list, the next one is wanted.
        if (done.count > 0 && !leaves(by)) control.current?.moveTo(index + 1);
      })
      .catch(reportProblem);
  };
  useCommand('cdr.accept', () => act('accept'));
  useCommand('reconcile.dispute', () => act('dispute'));
  useCommand('reconcile.hold', () => act('hold'));
  useCommand('reconcile.holdUntil', () => askMany('hold'));
  useCommand('reconcile.exclude', () => act('exclude'));
  useCommand('reconcile.link', () => row && void linkBest(row));
  useCommand('reconcile.explain', () => explain(row), row?.cdr !== null);
  useCommand('panel.close', () => {
    if (panelRef.current?.contains(document.activeElement)) focusTable();
    else if (panel) navigate({ params: { panel: null } }, true);
    else leaveRows();
  });

  return (
    <>
      {selection.kind !== 'none' && (
        <SelectionBar
          selection={selection}
          total={found.total}
          filter={order}
          onSelection={setSelection}
        >
          <Verbs onVerb={act} />
        </SelectionBar>
      )}
      <div className="split">
        <DataTable
          label={t.reconcile.title}
          columns={columns}
          total={found.total}
          cache={cache}
          order={order}
          rowHeight={ROW_HEIGHT[density]}
          rowId={rowId}
          sort={null}
          onSort={() => {}}
          selection={selection}
          onSelection={setSelection}
          filter={order}
          openId={row ? rowId(row) : null}
          onOpen={(one) => {
            if (row && rowId(one) === rowId(row)) panelRef.current?.focus({ preventScroll: true });
            else focusTable();
          }}
          onPeek={focusTable}
          onCursor={(_, index) => setAt(index)}
          control={control}
          footer={<span>{t.reconcile.rows(found.total, by.bucket ?? '')}</span>}
        />
        {panel ??
          (row && (
            <EvidencePanel
              ref={panelRef}
              row={row}
              payable={payable}
              onVerb={act}
              onHoldUntil={() => askMany('hold')}
              onExplain={() => explain(row)}
            />
          ))}
      </div>
      {asked && (
        <DecideDialog
          asked={asked}
          direction={month.direction}
          onClose={() => setAsked(null)}
          onDone={() => setSelection(NOTHING)}
        />
      )}
    </>
  );
}

/** Where a row stands among those that match; null where it is none of them. */
async function indexOf(
  request: ReconcileRowsRequest,
  found: ReconcileRows,
  wanted: string,
): Promise<number | null> {
  const at = found.rows.findIndex((one) => rowId(one) === wanted);
  if (at >= 0) return at;
  for (let start = found.rows.length; start < found.total; start += 1000) {
    const page = await api.reconcileRows({ ...request, start, len: 1000 });
    const there = page.rows.findIndex((one) => rowId(one) === wanted);
    if (there >= 0) return start + there;
  }
  return null;
}

/** Whether what is decided leaves the list. */
function leaves(by: Narrowing): boolean {
  return by.cause !== undefined || by.bucket !== undefined;
}

function explain(row: ReconcileRow | undefined) {
  if (row?.cdr) navigate({ screen: 'cdrs', params: { cdr: String(row.cdr) } });
}

/** All that match as a filter; as a list of rows where the filter cannot say it. */
async function selectedTarget(
  scope: Scope,
  by: Narrowing,
  selection: Selection,
  total: number,
): Promise<DecisionTarget> {
  if (selection.kind === 'picked') return rowTarget(scope, [...selection.ids]);
  const except = selection.kind === 'matching' ? selection.except : new Set<string>();
  if (except.size === 0 && !by.evse && !by.day) {
    return {
      ...wholeMonth(scope),
      causes: by.cause ? [by.cause] : [],
      buckets: by.bucket ? [by.bucket] : [],
      finding: by.finding ?? null,
    };
  }
  const ids: string[] = [];
  for (let start = 0; start < total; start += 1000) {
    const page = await api.reconcileRows({ ...rowsRequest(scope, by), start, len: 1000 });
    ids.push(...page.rows.map(rowId).filter((id) => !except.has(id)));
  }
  return rowTarget(scope, ids);
}
