/** One invoice: its sums, checks and lines, and the very PDF that is sent. */

import { Building2, Check, CircleX, Download, Lock, Send, Zap } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { api, type CheckDto, type InvoiceDetail, type InvoiceSummary } from '@/api/client';
import { Button } from '@/components/Button';
import { ProblemPanel } from '@/components/ProblemPanel';
import { Badge } from '@/components/Status';
import { Tabs } from '@/components/Tabs';
import { t } from '@/i18n';
import { useCommand } from '@/lib/commands';
import { formatCount, formatKwh, formatMoney, formatQuantity, formatRate } from '@/lib/decimal';
import { useQuery } from '@/lib/query';
import { reportProblem } from '@/lib/report';
import { navigate } from '@/lib/router';
import { testid } from '@/lib/testids';
import { formatDate, formatMonth } from '@/lib/time';
import { toast } from '@/lib/toasts';
import { Late } from './Late';

// The PDF engine is large; it is read when the first document is looked at.
const PdfView = lazy(() => import('@/components/PdfView'));

export interface InvoiceViewProps {
  id: number;
  onIssue: (summary: InvoiceSummary) => void;
}

export function InvoiceView({ id, onIssue }: InvoiceViewProps) {
  const invoice = useQuery('settle', `invoice-${id}`, () => api.invoice(id));
  const [tab, setTab] = useState<'lines' | 'pdf'>('lines');
  const detail = invoice.data;
  return (
    <div className="invoice-pane" aria-busy={invoice.loading}>
      {invoice.problem && <ProblemPanel problem={invoice.problem} onRetry={invoice.reload} />}
      {detail && (
        <>
          <Head detail={detail} onIssue={onIssue} />
          <div className="invoice-tabs">
            <Tabs
              tabs={['lines', 'pdf'] as const}
              current={tab}
              onTab={setTab}
              label={(one) => t.settle[one]}
              testId={(one) => (one === 'pdf' ? testid.invoicePdfTab : testid.invoiceLinesTab)}
            />
          </div>
          {tab === 'lines' ? (
            <div className="invoice-body scroll-y">
              <Checks checks={detail.checks} />
              <Late late={detail.summary.late} />
              <Lines detail={detail} />
              {detail.notes.length > 0 && (
                <section className="small muted">
                  {detail.notes.map((note) => (
                    <p key={note}>{note}</p>
                  ))}
                </section>
              )}
            </div>
          ) : (
            <Pdf id={id} state={detail.summary.state} />
          )}
        </>
      )}
    </div>
  );
}

function Pdf({ id, state }: { id: number; state: string }) {
  const pdf = useQuery('settle', `pdf-${id}-${state}`, () => api.invoicePdf(id));
  if (pdf.problem) return <ProblemPanel problem={pdf.problem} onRetry={pdf.reload} />;
  if (!pdf.data) return <p className="invoice-body muted">{t.loading}</p>;
  return (
    <Suspense fallback={<p className="invoice-body muted">{t.loading}</p>}>
      <PdfView name={pdf.data.name} base64={pdf.data.base64} />
    </Suspense>
  );
}

function Head({
  detail,
  onIssue,
}: {
  detail: InvoiceDetail;
  onIssue: InvoiceViewProps['onIssue'];
}) {
  const { summary } = detail;
  const issued = summary.state === 'issued';
  const { currency } = summary;
  useCommand('settle.issue', () => onIssue(summary), !issued && summary.blocking === 0);
  const save = async () => {
    try {
      const name = await api.saveInvoice(summary.id);
      if (name !== null) toast(t.settle.saved(name));
    } catch (thrown) {
      reportProblem(thrown);
    }
  };
  return (
    <header className="invoice-head">
      <div className="row">
        <div className="grow">
          <div className="row">
            <h2 className="truncate">{summary.number ?? summary.partner.name}</h2>
            {issued ? (
              <Badge tone="good" icon={Lock}>
                {t.settle.frozen}
              </Badge>
            ) : (
              <Badge tone="neutral">{t.settle.draftName}</Badge>
            )}
            {summary.kind === 'self_billed' && <Badge tone="info">{t.settle.selfBilled}</Badge>}
          </div>
          <p className="muted truncate">
            {[
              summary.number ? summary.partner.name : null,
              formatMonth(summary.month),
              summary.issued_on ? t.settle.issuedOn(formatDate(summary.issued_on)) : null,
              summary.due_on ? t.settle.dueOn(formatDate(summary.due_on)) : null,
            ]
              .filter(Boolean)
              .join(' · ')}
          </p>
        </div>
        {!issued && (
          <Button
            icon={<Building2 size={15} aria-hidden />}
            onClick={() => navigate({ params: { edit: summary.partner.key } })}
            testId={testid.partnerEdit}
          >
            {t.partner.edit}
          </Button>
        )}
        {issued ? (
          <Button
            icon={<Download size={15} aria-hidden />}
            onClick={() => void save()}
            testId={testid.issuedSave}
          >
            {t.settle.save}
          </Button>
        ) : (
          <Button
            variant="primary"
            icon={<Send size={15} aria-hidden />}
            disabled={summary.blocking > 0}
            onClick={() => onIssue(summary)}
            testId={testid.issueOpen}
          >
            {t.settle.issueOpen}
          </Button>
        )}
      </div>
      <dl className="counts">
        <div>
          <dt className="eyebrow">{t.net}</dt>
          <dd data-testid={testid.draftNet}>{formatMoney({ amount: summary.net, currency })}</dd>
        </div>
        {summary.taxes.map((tax) => (
          <div key={`${tax.category}-${tax.rate}`}>
            <dt className="eyebrow">
              {t.vat} {formatRate(tax.rate)}
              {tax.category !== 'S' && ` · ${t.settle.categories[tax.category] ?? tax.category}`}
            </dt>
            <dd data-testid={testid.draftVat}>{formatMoney({ amount: tax.amount, currency })}</dd>
          </div>
        ))}
        <div>
          <dt className="eyebrow">{t.gross}</dt>
          <dd className="counts-strong" data-testid={testid.draftGross}>
            {formatMoney({ amount: summary.gross, currency })}
          </dd>
        </div>
        <div>
          <dt className="eyebrow">{t.detail.energy}</dt>
          <dd>{formatKwh(summary.energy_kwh)}</dd>
        </div>
        <div>
          <dt className="eyebrow">{t.explorer.title}</dt>
          <dd>
            <button type="button" className="btn-link" onClick={() => seeCdrs(summary.id)}>
              <Zap size={13} aria-hidden />
              {formatCount(summary.cdrs)}
            </button>
          </dd>
        </div>
      </dl>
    </header>
  );
}

function seeCdrs(invoice: number): void {
  navigate({ screen: 'cdrs', params: { q: `invoice:${invoice}` } });
}

function Checks({ checks }: { checks: readonly CheckDto[] }) {
  const failed = checks.filter((check) => !check.passed);
  if (checks.length === 0) return null;
  const title =
    failed.length > 0 ? t.settle.checkFailed(failed.length) : t.settle.checksPassed(checks.length);
  return (
    <details
      className={`callout ${failed.length > 0 ? 'tone-bad' : 'tone-good'}`}
      open={failed.length > 0}
    >
      <summary className="row">
        {failed.length > 0 ? <CircleX size={16} aria-hidden /> : <Check size={16} aria-hidden />}
        <strong>{title}</strong>
      </summary>
      <ul className="checks">
        {checks.map((check) => (
          <li key={check.code} className="row" data-check={check.code} data-passed={check.passed}>
            {check.passed ? <Check size={13} aria-hidden /> : <CircleX size={13} aria-hidden />}
            <span>
              {t.check(check.code)}
              {!check.passed &&
                Object.entries(check.params).map(([name, value]) => (
                  <span key={name}>
                    {' '}
                    · {name.replaceAll('_', ' ')}: {value}
                  </span>
                ))}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Lines({ detail }: { detail: InvoiceDetail }) {
  const { currency, net, gross, taxes } = detail.summary;
  return (
    <table className="plain-table">
      <thead>
        <tr>
          <th className="num">{t.import.columnsOf.number}</th>
          <th>{t.settle.location}</th>
          <th className="num">{t.explorer.title}</th>
          <th className="num">{t.settle.energy}</th>
          <th className="num">{t.vat}</th>
          <th className="num">{t.net}</th>
        </tr>
      </thead>
      <tbody>
        {detail.lines.map((line) => (
          <tr key={line.position} data-testid={testid.invoiceLine}>
            <td className="num faint">{line.position}</td>
            <td>
              {line.location}
              <span className="muted small"> {line.place}</span>
              {line.late_of && (
                <Badge tone="info">{t.settle.lateOf(formatMonth(line.late_of))}</Badge>
              )}
            </td>
            <td className="num">{formatCount(line.cdrs)}</td>
            <td className="num">{formatQuantity(line.energy_kwh, 3, 3)}</td>
            <td className="num muted" title={t.settle.rule(line.rule)}>
              {line.category === 'S'
                ? formatRate(line.rate)
                : (t.settle.categories[line.category] ?? line.category)}
            </td>
            <td className="num">{formatMoney({ amount: line.net, currency })}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <td colSpan={5} className="num">
            {t.net}
          </td>
          <td className="num">{formatMoney({ amount: net, currency })}</td>
        </tr>
        {taxes.map((tax) => (
          <tr key={`${tax.category}-${tax.rate}`} className="foot-plain">
            <td colSpan={5} className="num">
              {t.vat} {formatRate(tax.rate)}
            </td>
            <td className="num">{formatMoney({ amount: tax.amount, currency })}</td>
          </tr>
        ))}
        <tr>
          <td colSpan={5} className="num">
            {t.gross}
          </td>
          <td className="num">{formatMoney({ amount: gross, currency })}</td>
        </tr>
      </tfoot>
    </table>
  );
}
