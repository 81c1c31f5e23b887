/** What needs a person, by cause: people decide on causes, not rows. */

import { CircleCheck } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import type { CauseGroup, ReconcileMonth } from '@/api/client';
import { isBucket, waits } from '@/api/client';
import { Button } from '@/components/Button';
import { EmptyState } from '@/components/EmptyState';
import { BucketBadge } from '@/components/Status';
import type { Column } from '@/components/table/types';
import { t } from '@/i18n';
import { useCommand } from '@/lib/commands';
import { formatCount } from '@/lib/decimal';
import { navigate, useAddress } from '@/lib/router';
import { NOTHING, type Selection } from '@/lib/selection';
import { CausePanel } from './CausePanel';
import { type Asked, DecideDialog } from './DecideDialog';
import type { Verb } from './decide';
import { ListTable } from './ListTable';
import { Differences } from './Money';
import { RuleDialog } from './RuleDialog';
import { focusTable, type Scope, showRows, wholeMonth } from './state';
import { useNarrow } from './useNarrow';

export interface CausesTabProps {
  month: ReconcileMonth;
  scope: Scope;
  panel: ReactNode;
}

export function CausesTab({ month, scope, panel }: CausesTabProps) {
  const { params } = useAddress();
  const causes = useMemo(() => openFirst(month.causes), [month.causes]);
  const [current, setCurrent] = useState<string | null>(params.at ?? causes[0]?.key ?? null);
  const [index, setIndex] = useState(0);
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [ruling, setRuling] = useState<CauseGroup | null>(null);
  const payable = month.direction === 'payable';
  const narrow = useNarrow();
  const columns = useMemo(() => causeColumns(payable, narrow), [payable, narrow]);
  // A group that was decided is gone; the next one stands in its place.
  const standing =
    causes.find((one) => one.key === current) ?? causes[Math.min(index, causes.length - 1)];
  useEffect(() => {
    if (params.at) focusTable();
  }, [params.at]);

  const ask = (verb: Verb) => {
    const groups = chosen(causes, selection, standing);
    if (groups.length > 0) setAsked(askedOf(verb, groups, scope));
  };
  const open = (group: CauseGroup) => showRows({ cause: group.key, at: group.key });
  const able = standing !== undefined;
  useCommand('cdr.accept', () => ask('accept'), able);
  useCommand('reconcile.dispute', () => ask('dispute'), able);
  useCommand('reconcile.hold', () => ask('hold'), able);
  useCommand('reconcile.holdUntil', () => ask('hold'), able);
  useCommand('reconcile.exclude', () => ask('exclude'), able);
  useCommand('reconcile.rule', () => standing && setRuling(standing), able);
  useCommand('panel.close', () => navigate({ params: { panel: null } }, true), panel !== null);
  const dialogs = (
    <>
      {asked && (
        <DecideDialog
          asked={asked}
          direction={month.direction}
          onClose={() => setAsked(null)}
          onDone={() => {
            setSelection(NOTHING);
            // A disputed group moves away: the next key is for what then stands in its place.
            setCurrent(null);
          }}
        />
      )}
      {ruling && <RuleDialog group={ruling} scope={scope} onClose={() => setRuling(null)} />}
    </>
  );
  if (causes.length === 0) return <AllDone month={month} panel={panel} />;
  return (
    <div className="split">
      <ListTable
        label={t.reconcile.tabs.causes}
        name="causes"
        rows={causes}
        columns={columns}
        rowId={(group) => group.key}
        selection={selection}
        onSelection={setSelection}
        openId={standing?.key ?? null}
        startAt={Math.max(
          0,
          causes.findIndex((one) => one.key === params.at),
        )}
        onCursor={(group, at) => {
          setCurrent(group.key);
          setIndex(at);
        }}
        onOpen={(group) => {
          if (group.key === standing?.key) open(group);
          else focusTable();
        }}
        footer={<span>{t.reconcile.groups(causes.length)}</span>}
      />
      {panel ??
        (standing && (
          <CausePanel
            group={standing}
            payable={payable}
            onVerb={ask}
            onOpen={() => open(standing)}
            onRule={() => setRuling(standing)}
          />
        ))}
      {dialogs}
    </div>
  );
}

function AllDone({ month, panel }: { month: ReconcileMonth; panel: ReactNode }) {
  return (
    <div className="split">
      <EmptyState
        icon={CircleCheck}
        title={t.reconcile.emptyTitle}
        text={t.reconcile.emptyText(month.month)}
        action={
          <Button onClick={() => navigate({ screen: 'settle' })}>{t.reconcile.settle}</Button>
        }
      />
      {panel}
    </div>
  );
}

/** What is disputed or on hold after what nobody decided: the cursor goes on to the next open one. */
function openFirst(causes: readonly CauseGroup[]): readonly CauseGroup[] {
  const open = causes.filter((one) => !waits(one.bucket));
  return [...open, ...causes.filter((one) => waits(one.bucket))];
}

/** The groups selected, or the one the cursor stands on. */
function chosen(
  causes: readonly CauseGroup[],
  selection: Selection,
  standing: CauseGroup | undefined,
): readonly CauseGroup[] {
  if (selection.kind === 'picked') return causes.filter((one) => selection.ids.has(one.key));
  if (selection.kind === 'matching') return causes.filter((one) => !selection.except.has(one.key));
  return standing ? [standing] : [];
}

function askedOf(verb: Verb, groups: readonly CauseGroup[], scope: Scope): Asked {
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  const sessions = groups.every((group) => group.bucket === 'missing_cdr');
  return {
    verb,
    what: t.reconcile.rows(count, sessions ? 'missing_cdr' : ''),
    about: groups.map((group) => t.reconcile.causeName(group)).join('; '),
    count,
    target: () => ({ ...wholeMonth(scope), causes: groups.map((group) => group.key) }),
  };
}

function causeColumns(payable: boolean, narrow: boolean): readonly Column<CauseGroup>[] {
  const { columns } = t.reconcile;
  const all: Column<CauseGroup>[] = [
    {
      id: 'cause',
      header: columns.cause,
      width: 180,
      grow: true,
      cell: (group) => (
        <span title={t.reconcile.causeSentence(group)}>{t.reconcile.causeName(group)}</span>
      ),
    },
    {
      id: 'bucket',
      header: columns.why,
      width: 140,
      cell: (group) => (isBucket(group.bucket) ? <BucketBadge bucket={group.bucket} /> : null),
    },
    {
      id: 'count',
      header: columns.count,
      width: 72,
      align: 'end',
      cell: (group) => <strong>{formatCount(group.count)}</strong>,
    },
    {
      id: 'difference',
      header: columns.difference,
      width: 112,
      align: 'end',
      cell: (group) => <Differences sums={group.difference} payable={payable} />,
    },
  ];
  return narrow ? all.filter((column) => column.id !== 'bucket') : all;
}
