/** Which invoices can go out: ready, drafts, issued on the left; the one chosen on the right. */

import { FilePlus2, ReceiptText, Send } from 'lucide-react';
import { useState } from 'react';
import { api, type InvoiceSummary, type ReadyToDraft, type SettleOverview } from '@/api/client';
import { Button } from '@/components/Button';
import { EmptyState } from '@/components/EmptyState';
import { ProblemPanel } from '@/components/ProblemPanel';
import { Badge } from '@/components/Status';
import { t } from '@/i18n';
import { useBook } from '@/lib/book';
import { useCommand } from '@/lib/commands';
import { formatMoney } from '@/lib/decimal';
import { changedTopics, useQuery } from '@/lib/query';
import { reportProblem } from '@/lib/report';
import { navigate, useAddress } from '@/lib/router';
import { testid } from '@/lib/testids';
import { formatDate, formatMonth } from '@/lib/time';
import { toast } from '@/lib/toasts';
import { InvoiceView } from './InvoiceView';
import { IssueDialog } from './IssueDialog';
import { Late } from './Late';

export function SettleScreen() {
  const { partner, month, params } = useAddress();
  const { info } = useBook();
  const overview = useQuery('settle', `${partner}|${month}`, () => api.settle({ partner, month }));
  const [issuing, setIssuing] = useState<readonly InvoiceSummary[] | null>(null);
  const data = overview.data;
  const chosen = params.invoice ? Number(params.invoice) : null;
  const nothing =
    data && data.ready.length === 0 && data.drafts.length === 0 && data.issued.length === 0;
  useCommand('panel.close', () => navigate({ params: { invoice: null } }), chosen !== null);
  return (
    <section className="screen" data-testid={testid.settleScreen}>
      <header className="topbar">
        <h1>{t.settle.title}</h1>
        <span className="topbar-sub">{month ? formatMonth(month) : t.shell.allMonths}</span>
        {data && <Tools data={data} onIssue={setIssuing} />}
      </header>
      {overview.problem && <ProblemPanel problem={overview.problem} onRetry={overview.reload} />}
      {nothing && (
        <EmptyState
          icon={ReceiptText}
          title={t.settle.emptyTitle}
          text={info.cdrs > 0 ? t.settle.emptyScoped : t.settle.emptyText}
          action={
            <Button onClick={() => navigate({ screen: info.cdrs > 0 ? 'home' : 'import' })}>
              {info.cdrs > 0 ? t.command['go.home'] : t.import.choose}
            </Button>
          }
        />
      )}
      {data && !nothing && (
        <div className="split" data-stale={overview.loading}>
          <Lists data={data} chosen={chosen} />
          {chosen === null ? (
            <div className="invoice-pane">
              <EmptyState
                icon={ReceiptText}
                title={t.settle.chooseTitle}
                text={t.settle.chooseText}
              />
            </div>
          ) : (
            <InvoiceView id={chosen} onIssue={(summary) => setIssuing([summary])} />
          )}
        </div>
      )}
      {issuing && <IssueDialog drafts={issuing} onClose={() => setIssuing(null)} />}
    </section>
  );
}

/** Makes the drafts one month at a time; partner and month narrow it. */
async function draft(ready: readonly ReadyToDraft[]): Promise<void> {
  try {
    const made: InvoiceSummary[] = [];
    // The oldest month first: late CDRs go to the first one after theirs.
    for (const one of [...ready].reverse()) {
      made.push(...(await api.draft({ partner: one.partner.key, month: one.month })));
    }
    changedTopics('settle', 'board', 'cdrs', 'cdr', 'audit');
    toast(t.settle.drafted(made.length));
    const first = made[0];
    if (first) navigate({ params: { invoice: String(first.id) } });
  } catch (thrown) {
    changedTopics('settle', 'board');
    reportProblem(thrown);
  }
}

interface ToolsProps {
  data: SettleOverview;
  onIssue: (drafts: readonly InvoiceSummary[]) => void;
}

function Tools({ data, onIssue }: ToolsProps) {
  const [busy, setBusy] = useState(false);
  const issuable = data.drafts.filter((one) => one.blocking === 0);
  const draftAll = () => {
    setBusy(true);
    void draft(data.ready).finally(() => setBusy(false));
  };
  useCommand('settle.draft', draftAll, data.ready.length > 0 && !busy);
  return (
    <div className="topbar-tools">
      {data.ready.length > 0 && (
        <Button
          icon={<FilePlus2 size={15} aria-hidden />}
          onClick={draftAll}
          disabled={busy}
          testId={testid.draftAll}
        >
          {t.settle.draftAll(data.ready.length)}
        </Button>
      )}
      {issuable.length > 1 && (
        <Button icon={<Send size={15} aria-hidden />} onClick={() => onIssue(issuable)}>
          {t.settle.issueAll(issuable.length)}
        </Button>
      )}
    </div>
  );
}

function Lists({ data, chosen }: { data: SettleOverview; chosen: number | null }) {
  return (
    <div className="settle-list">
      {data.ready.length > 0 && (
        <section>
          <h3 className="eyebrow">{t.settle.ready}</h3>
          {data.ready.map((one) => (
            <Ready key={`${one.partner.key}-${one.month}`} ready={one} />
          ))}
        </section>
      )}
      {data.drafts.length > 0 && (
        <section>
          <h3 className="eyebrow">{t.settle.drafts}</h3>
          {data.drafts.map((one) => (
            <Document key={one.id} summary={one} current={one.id === chosen} />
          ))}
        </section>
      )}
      {data.issued.length > 0 && (
        <section>
          <h3 className="eyebrow">{t.settle.issued}</h3>
          {data.issued.map((one) => (
            <Document key={one.id} summary={one} current={one.id === chosen} />
          ))}
        </section>
      )}
    </div>
  );
}

function Ready({ ready }: { ready: ReadyToDraft }) {
  return (
    <div className="settle-item">
      <div className="grow">
        <div className="row">
          <strong className="grow truncate">{ready.partner.name}</strong>
          <span className="num">{ready.net.map((money) => formatMoney(money)).join(' · ')}</span>
        </div>
        <Late late={ready.late} />
        <div className="row small muted">
          <span className="grow truncate">
            {formatMonth(ready.month, 'short')} · {t.settle.cdrs(ready.cdrs)}
            {ready.open > 0 && <> · {t.settle.open(ready.open)}</>}
          </span>
          <button type="button" className="btn-link" onClick={() => void draft([ready])}>
            {t.settle.draftOne}
          </button>
        </div>
      </div>
    </div>
  );
}

function Document({ summary, current }: { summary: InvoiceSummary; current: boolean }) {
  const issued = summary.state === 'issued';
  const { currency } = summary;
  return (
    <button
      type="button"
      className="settle-item"
      aria-current={current}
      data-testid={issued ? testid.issuedRow : testid.draftRow(summary.partner.key)}
      data-number={summary.number}
      data-month={summary.month}
      onClick={() => navigate({ params: { invoice: String(summary.id) } })}
    >
      <span className="row">
        <strong className="grow truncate">{summary.partner.name}</strong>
        <span className="num">{formatMoney({ amount: summary.gross, currency })}</span>
      </span>
      <span className="row small muted">
        <span className="grow truncate">
          {summary.number ?? t.settle.draftName} · {formatMonth(summary.month, 'short')} ·{' '}
          {t.settle.cdrs(summary.cdrs)}
        </span>
        {issued && summary.due_on && <span>{t.settle.dueOn(formatDate(summary.due_on))}</span>}
        {!issued && summary.blocking > 0 && (
          <Badge tone="bad" bare>
            {t.settle.checkFailed(summary.blocking)}
          </Badge>
        )}
      </span>
    </button>
  );
}
