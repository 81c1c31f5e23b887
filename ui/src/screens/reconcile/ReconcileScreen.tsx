/** One partner-month: what differs and why, decided by cause or by row. */

import { Inbox, RotateCcw, SlidersHorizontal } from 'lucide-react';
import { useEffect } from 'react';
import { api, BUCKETS, type ReconcileMonth } from '@/api/client';
import { Button } from '@/components/Button';
import { EmptyState } from '@/components/EmptyState';
import { ProblemPanel } from '@/components/ProblemPanel';
import { BUCKET_LOOK } from '@/components/Status';
import { Tabs } from '@/components/Tabs';
import { t } from '@/i18n';
import { useBook } from '@/lib/book';
import { useCommand } from '@/lib/commands';
import { formatCount } from '@/lib/decimal';
import { useQuery } from '@/lib/query';
import { reportProblem } from '@/lib/report';
import { navigate, useAddress } from '@/lib/router';
import { testid } from '@/lib/testids';
import { formatMonth } from '@/lib/time';
import { CausesTab } from './CausesTab';
import { ChooseMonth } from './ChooseMonth';
import { ChartsTab } from './charts/ChartsTab';
import { announce, forgetVisit, undoLatest } from './decide';
import { FindingsTab, RulesTab, StationsTab } from './Lists';
import { Proposal } from './Proposal';
import { RowsView } from './RowsView';
import { narrowingOf, type Scope, showRows, showTab, TABS, type Tab } from './state';
import { TolerancePanel } from './TolerancePanel';

export function ReconcileScreen() {
  const { partner, month } = useAddress();
  return (
    <section className="screen" data-testid={testid.reconcileScreen}>
      {partner && month ? (
        <Month key={`${partner}/${month}`} scope={{ partner, month }} />
      ) : (
        <ChooseMonth />
      )}
    </section>
  );
}

function Month({ scope }: { scope: Scope }) {
  const { partner, month } = scope;
  const { partnerName } = useBook();
  const answer = useQuery('reconcile', `${partner}/${month}`, () => api.reconcileMonth(scope));
  const shown = answer.data;
  useEffect(() => forgetVisit, []);
  const again = () => void api.replay(partner, month).catch(reportProblem);
  useCommand('reconcile.again', again);
  useCommand('undo', undoLatest);
  return (
    <>
      <header className="topbar">
        <h1>{t.reconcile.title}</h1>
        <span className="topbar-sub truncate">
          {partnerName(partner)} · {formatMonth(month)}
        </span>
        <div className="topbar-tools">
          <Button
            icon={<SlidersHorizontal size={15} aria-hidden />}
            keys="t"
            onClick={toggleTolerance}
            testId={testid.toleranceOpen}
          >
            {t.reconcile.tolerance.open}
          </Button>
          <Button
            icon={<RotateCcw size={15} aria-hidden />}
            onClick={again}
            testId={testid.reconcileAgain}
          >
            {t.reconcile.again}
          </Button>
        </div>
      </header>
      {answer.problem && <ProblemPanel problem={answer.problem} onRetry={answer.reload} />}
      {!shown && !answer.problem && <Skeleton />}
      {shown && <Shown month={shown} scope={scope} />}
    </>
  );
}

function toggleTolerance() {
  const open = window.location.hash.includes('panel=tolerance');
  navigate({ params: { panel: open ? null : 'tolerance' } }, true);
}

function Skeleton() {
  return (
    <div className="reconcile-head" aria-busy="true">
      <span className="skeleton" />
      <div className="bucket-strip">
        {BUCKETS.map((bucket) => (
          <span key={bucket} className="bucket-tile">
            <span className="skeleton" />
            <span className="skeleton" />
          </span>
        ))}
      </div>
    </div>
  );
}

function Shown({ month, scope }: { month: ReconcileMonth; scope: Scope }) {
  const here = useAddress();
  const by = narrowingOf(here);
  const tab = TABS.find((one) => one === here.params.tab) ?? 'causes';
  const within = () => void acceptWithin(month);
  useCommand('reconcile.within', within);
  useCommand('reconcile.tolerance', toggleTolerance);
  useCommand('reconcile.causes', () => showTab('causes'));
  useCommand('reconcile.findings', () => showTab('findings'));
  useCommand('reconcile.stations', () => showTab('stations'));
  useCommand('reconcile.charts', () => showTab('charts'));
  useCommand('reconcile.rules', () => showTab('rules'));
  const counts = month.buckets.reduce((sum, one) => sum + one.count, 0);
  const matched = month.buckets.find((one) => one.bucket === 'matched')?.count ?? 0;
  const panel = here.params.panel === 'tolerance' ? <TolerancePanel month={month} /> : null;
  if (counts === 0) {
    return (
      <EmptyState
        icon={Inbox}
        title={t.reconcile.nothingTitle}
        text={t.reconcile.nothingText(month.month)}
        action={<Button onClick={() => navigate({ screen: 'import' })}>{t.import.choose}</Button>}
      />
    );
  }
  return (
    <>
      <div className="reconcile-head">
        <p className="verdict" role="status" data-testid={testid.reconcileVerdict}>
          {t.reconcile.verdict(month, matched, counts)}
        </p>
        {month.stale && (
          <p className="callout tone-warn" data-testid={testid.reconcileStale}>
            {t.reconcile.stale}
          </p>
        )}
        <Proposal month={month} />
        <Buckets month={month} chosen={here.params.bucket} />
      </div>
      {by ? (
        <RowsView key={JSON.stringify(by)} month={month} scope={scope} by={by} panel={panel} />
      ) : (
        <>
          <MonthTabs month={month} tab={tab} />
          {tab === 'causes' && <CausesTab month={month} scope={scope} panel={panel} />}
          {tab === 'findings' && <FindingsTab month={month} panel={panel} />}
          {tab === 'stations' && <StationsTab month={month} panel={panel} />}
          {tab === 'charts' && <ChartsTab month={month} scope={scope} />}
          {tab === 'rules' && <RulesTab scope={scope} panel={panel} />}
        </>
      )}
    </>
  );
}

async function acceptWithin({ partner, month, tolerance }: ReconcileMonth) {
  try {
    const done = await api.acceptWithin({
      of: { partner, month, tolerance },
      reason: t.reconcile.withinReason,
    });
    announce(done, t.reconcile.within(done.count));
  } catch (thrown) {
    reportProblem(thrown);
  }
}

function Buckets({ month, chosen }: { month: ReconcileMonth; chosen: string | undefined }) {
  return (
    <div className="bucket-strip">
      {BUCKETS.map((bucket) => {
        const found = month.buckets.find((one) => one.bucket === bucket);
        const { icon: Icon, tone } = BUCKET_LOOK[bucket];
        return (
          <button
            key={bucket}
            type="button"
            className="bucket-tile"
            title={t.reconcile.bucketText[bucket]}
            aria-pressed={chosen === bucket}
            data-empty={!found?.count}
            data-testid={testid.reconcileBucket(bucket)}
            onClick={() => showRows({ bucket })}
          >
            <span className={`row small tone-text-${found?.count ? tone : 'neutral'}`}>
              <Icon size={13} strokeWidth={2.2} aria-hidden />
              <span>{t.bucket[bucket]}</span>
            </span>
            <span className="row">
              <strong>{formatCount(found?.count ?? 0)}</strong>
              <span className="small faint">{t.reconcile.share(found?.share ?? '0')}</span>
            </span>
            <span className="small muted">{t.reconcile.moneyOf(found?.stated ?? [])}</span>
          </button>
        );
      })}
    </div>
  );
}

function MonthTabs({ month, tab }: { month: ReconcileMonth; tab: Tab }) {
  const counts: Partial<Record<Tab, number>> = {
    causes: month.causes.length,
    findings: month.findings.length,
    stations: month.stations.length,
  };
  return (
    <div className="reconcile-tabs">
      <Tabs
        tabs={TABS}
        current={tab}
        onTab={showTab}
        label={(one) => (
          <>
            {t.reconcile.tabs[one]}
            {counts[one] !== undefined && <span className="faint"> {counts[one]}</span>}
          </>
        )}
        testId={testid.reconcileTab}
      />
    </div>
  );
}
