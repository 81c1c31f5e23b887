/** Find any CDR; explain its price. */

import { CheckCheck, Download, RotateCcw, SearchX, Zap } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { api, type CdrFilter, type CdrRowDto, type CdrView } from '@/api/client';
import { Button } from '@/components/Button';
import { EmptyState } from '@/components/EmptyState';
import { FilterBar } from '@/components/FilterBar';
import { ProblemPanel } from '@/components/ProblemPanel';
import { ColumnsMenu } from '@/components/table/ColumnsMenu';
import { DataTable } from '@/components/table/DataTable';
import { chosenColumns } from '@/components/table/types';
import { usePages } from '@/components/table/usePages';
import { t } from '@/i18n';
import { useBook } from '@/lib/book';
import { useCommand } from '@/lib/commands';
import { formatTerms, toCdrFilter } from '@/lib/filter/terms';
import { prefs, ROW_HEIGHT, setPrefs } from '@/lib/prefs';
import { changedTopics, useQuery } from '@/lib/query';
import { reportProblem } from '@/lib/report';
import { navigate, useAddress } from '@/lib/router';
import { NOTHING, type Selection, size } from '@/lib/selection';
import { useStore } from '@/lib/store';
import { testid } from '@/lib/testids';
import { openExport } from '@/screens/export/exportRun';
import { AcceptDialog } from './AcceptDialog';
import { Buckets } from './Buckets';
import { cdrColumns, DEFAULT_COLUMNS } from './columns';
import { DetailPanel } from './DetailPanel';
import { ReplayDialog } from './ReplayDialog';
import { SelectionBar } from './SelectionBar';
import { Sums } from './Sums';
import { chipText, DEFAULT_SORT, goToTerms, readSort, readTerms, writeSort } from './state';

/** Rest of the cursor before the open panel follows it, in milliseconds. */
const FOLLOW_MS = 90;

export function ExplorerScreen() {
  const here = useAddress();
  const { info } = useBook();
  const terms = useMemo(() => readTerms(here), [here]);
  const filter = useMemo(() => toCdrFilter(terms, here), [terms, here]);
  const sort = readSort(here.params.sort);
  const order = JSON.stringify([filter, sort]);
  const view = useQuery('cdrs', order, () => api.openCdrs(filter, sort ?? DEFAULT_SORT));
  const known = useMemo(
    () => ({
      partners: info.partners,
      months: info.months,
      currencies: view.data?.sums.map((sum) => sum.currency) ?? [],
    }),
    [info, view.data],
  );
  return (
    <section className="screen" data-testid={testid.cdrsScreen}>
      {view.data ? (
        <Loaded
          view={view.data}
          stale={view.loading}
          filter={filter}
          order={order}
          filterBar={<FilterBar terms={terms} onTerms={goToTerms} known={known} chip={chipText} />}
        />
      ) : (
        <>
          <header className="topbar">
            <h1>{t.explorer.title}</h1>
          </header>
          {view.problem && <ProblemPanel problem={view.problem} onRetry={view.reload} />}
        </>
      )}
    </section>
  );
}

interface LoadedProps {
  view: CdrView;
  stale: boolean;
  filter: CdrFilter;
  order: string;
  filterBar: React.ReactNode;
}

function Loaded({ view, stale, filter, order, filterBar }: LoadedProps) {
  const here = useAddress();
  const { isPayable, info } = useBook();
  const { density, columns: kept } = useStore(prefs);
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const [accepting, setAccepting] = useState<Selection | null>(null);
  const [replaying, setReplaying] = useState(false);
  const all = useMemo(() => cdrColumns(isPayable), [isPayable]);
  const chosen = kept.cdrs ?? DEFAULT_COLUMNS;
  const columns = useMemo(() => chosenColumns(all, chosen), [all, chosen]);
  const cache = usePages<CdrRowDto>({
    id: String(view.view),
    total: view.count,
    firstPage: view.rows,
    fetchPage: (start, len) => api.cdrRows({ view: view.view, start, len }),
  });
  const open = here.params.cdr ?? null;
  const filterText = JSON.stringify(filter);
  const panel = useRef<HTMLElement>(null);
  const show = useShowCdr(panel);
  const sentence = formatTerms(readTerms(here));

  useCommand('cdr.accept', () => setAccepting(selectionOr(selection, open)), canAccept());
  useCommand('month.replay', replay);
  useCommand('panel.close', closePanel, open !== null);

  function canAccept() {
    return selection.kind !== 'none' || open !== null;
  }
  function replay() {
    if (here.partner !== null && here.month !== null) setReplaying(true);
    else api.replay(here.partner, here.month).catch(reportProblem);
  }
  function closePanel() {
    navigate({ params: { cdr: null } }, true);
    document.querySelector<HTMLElement>('[data-main-grid]')?.focus();
  }
  const onChanged = (rows: readonly CdrRowDto[], count: number) => {
    cache.replace([...rows], (a, b) => a.row === b.row);
    changedTopics('board', 'reconcile', 'settle', 'cdr', 'audit');
    if (count > rows.length) changedTopics('cdrs');
  };

  return (
    <>
      <header className="topbar">
        <h1>{t.explorer.title}</h1>
        <div className="topbar-tools">
          <Button
            icon={<RotateCcw size={15} aria-hidden />}
            onClick={replay}
            testId={testid.replayOpen}
          >
            {t.explorer.replay}
          </Button>
          <ColumnsMenu
            all={all}
            chosen={chosen}
            onChosen={(next) => setPrefs({ columns: { ...kept, cdrs: next } })}
          />
        </div>
      </header>
      <div className="explorer-bar">
        <div className="row explorer-filter">
          {filterBar}
          <Button
            icon={<Download size={15} aria-hidden />}
            onClick={() => openExport('cdrs')}
            testId={testid.exportOpen}
          >
            {t.exporting.open}
          </Button>
        </div>
        <Buckets filter={filter} />
      </div>
      {selection.kind !== 'none' && (
        <SelectionBar
          selection={selection}
          total={view.count}
          filter={filterText}
          onSelection={setSelection}
        >
          <Button
            variant="primary"
            icon={<CheckCheck size={15} aria-hidden />}
            onClick={() => setAccepting(selection)}
            testId={testid.acceptOpen}
            keys="1"
          >
            {t.explorer.accept}
          </Button>
        </SelectionBar>
      )}
      <div className="split" data-stale={stale}>
        {view.count === 0 ? (
          <Nothing any={info.cdrs > 0} sentence={sentence} />
        ) : (
          <DataTable
            label={t.explorer.title}
            columns={columns}
            total={view.count}
            cache={cache}
            order={order}
            rowHeight={ROW_HEIGHT[density]}
            rowId={(row) => String(row.row)}
            sort={readSort(here.params.sort) ?? DEFAULT_SORT}
            onSort={(next) => navigate({ params: { sort: writeSort(next) } }, true)}
            selection={selection}
            onSelection={setSelection}
            filter={filterText}
            openId={open}
            onOpen={show.open}
            onPeek={(row) => (open === String(row.row) ? closePanel() : show.peek(row))}
            onFollow={show.follow}
            footer={<Sums view={view} />}
          />
        )}
        {open !== null && (
          <DetailPanel
            key="detail"
            ref={panel}
            row={Number(open)}
            onClose={closePanel}
            onAccept={() => setAccepting(selectionOr(NOTHING, open))}
          />
        )}
      </div>
      {replaying && here.partner !== null && here.month !== null && (
        <ReplayDialog
          partner={here.partner}
          month={here.month}
          onClose={() => setReplaying(false)}
        />
      )}
      {accepting && (
        <AcceptDialog
          selection={accepting}
          filter={filter}
          onClose={() => setAccepting(null)}
          onChanged={onChanged}
          onDone={() => setSelection(NOTHING)}
        />
      )}
    </>
  );
}

/** The selection; without one, the CDR whose details are open. */
function selectionOr(selection: Selection, open: string | null): Selection | null {
  if (size(selection) > 0) return selection;
  return open === null ? null : { kind: 'picked', ids: new Set([open]) };
}

function useShowCdr(panel: React.RefObject<HTMLElement | null>) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const peek = (row: CdrRowDto) => navigate({ params: { cdr: String(row.row) } }, true);
  return {
    peek,
    open: (row: CdrRowDto) => {
      clearTimeout(timer.current);
      navigate({ params: { cdr: String(row.row) } });
      setTimeout(() => panel.current?.focus({ preventScroll: true }), 0);
    },
    follow: (row: CdrRowDto) => {
      clearTimeout(timer.current);
      timer.current = setTimeout(() => peek(row), FOLLOW_MS);
    },
  };
}

function Nothing({ any, sentence }: { any: boolean; sentence: string }) {
  if (!any) {
    return (
      <EmptyState
        icon={Zap}
        title={t.explorer.emptyTitle}
        text={t.explorer.emptyText}
        action={
          <Button variant="primary" onClick={() => navigate({ screen: 'import' })}>
            {t.import.choose}
          </Button>
        }
      />
    );
  }
  return (
    <EmptyState
      icon={SearchX}
      title={t.explorer.noneTitle}
      text={sentence ? t.explorer.noneText(sentence) : t.explorer.noneScope}
      action={
        sentence ? (
          <Button onClick={() => goToTerms([])}>{t.filter.drop}</Button>
        ) : (
          <Button onClick={() => navigate({ partner: null, month: null })}>{t.home.showAll}</Button>
        )
      }
    />
  );
}
