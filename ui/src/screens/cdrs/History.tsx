/** Who decided what about a CDR, its other records, and where it came from. */

import { Undo2 } from 'lucide-react';
import {
  type AuditEntry,
  api,
  type CdrRowDto,
  type EarlierPrice,
  isBucket,
  type SourceDto,
} from '@/api/client';
import { Button } from '@/components/Button';
import { BucketBadge } from '@/components/Status';
import { t } from '@/i18n';
import { formatMoney } from '@/lib/decimal';
import { decisionsChanged } from '@/lib/query';
import { reportProblem } from '@/lib/report';
import { navigate } from '@/lib/router';
import { testid } from '@/lib/testids';
import { formatInstant } from '@/lib/time';
import { toast } from '@/lib/toasts';

async function undo(entry: AuditEntry) {
  try {
    await api.undo({ decision: entry.seq, reason: t.explorer.undoReason });
    decisionsChanged();
    toast(t.undone);
  } catch (thrown) {
    reportProblem(thrown);
  }
}

export function History({
  entries,
  earlier = [],
  currency = '',
}: {
  entries: readonly AuditEntry[];
  earlier?: readonly EarlierPrice[];
  currency?: string;
}) {
  if (entries.length === 0 && earlier.length === 0) {
    return <p className="muted">{t.detail.historyNone}</p>;
  }
  return (
    <ul className="history">
      {entries.map((entry) => (
        <li key={entry.seq} data-testid={testid.historyRow}>
          <div className="row">
            <strong className="grow">{t.verb(entry.verb)}</strong>
            {entry.undone_by !== null && (
              <span className="small muted">{t.audit.undone(entry.undone_by)}</span>
            )}
            {entry.undoable && (
              <Button
                variant="quiet"
                icon={<Undo2 size={14} aria-hidden />}
                onClick={() => void undo(entry)}
                testId={testid.acceptUndo}
              >
                {t.undo}
              </Button>
            )}
          </div>
          <p className="small muted">
            {entry.actor} · {formatInstant(entry.at, userZone())}
            {entry.reason && ` · “${entry.reason}”`}
          </p>
        </li>
      ))}
      {earlier.map((earlier) => (
        <Earlier
          key={`${earlier.replaced_at} ${earlier.was.excl_vat} ${earlier.was.verdict}`}
          earlier={earlier}
          currency={currency}
        />
      ))}
    </ul>
  );
}

/** What it was replayed to before another result took that place. */
function Earlier({ earlier, currency }: { earlier: EarlierPrice; currency: string }) {
  const { was } = earlier;
  const day = formatInstant(earlier.replaced_at, userZone());
  return (
    <li className="row small muted" data-testid={testid.earlierPrice}>
      <span className="grow">{t.detail.earlierPrice(day, earlier.decision)}</span>
      {was.excl_vat === null
        ? t.explorer.replayVerdict(was.verdict)
        : formatMoney({ amount: was.excl_vat, currency })}
    </li>
  );
}

/** Decisions are made at our desk, so they show in our own zone. */
export function userZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export function Siblings({ rows }: { rows: readonly CdrRowDto[] }) {
  return (
    <ul className="history">
      {rows.map((row) => (
        <li key={row.row}>
          <button
            type="button"
            className="btn-link"
            onClick={() => navigate({ params: { cdr: String(row.row) } })}
          >
            {row.id}
          </button>
          <span className="row small muted">
            {row.stated !== null && formatMoney({ amount: row.stated, currency: row.currency })}
            {isBucket(row.bucket) && <BucketBadge bucket={row.bucket} />}
          </span>
        </li>
      ))}
    </ul>
  );
}

export function SourceInfo({ source }: { source: SourceDto }) {
  return (
    <div className="stack">
      <p>{t.detail.sourceText(source.file, source.number)}</p>
      <p className="small muted">
        {formatInstant(source.at, userZone())}
        <br />
        {t.detail.hash} <code className="hash">{source.sha256}</code>
      </p>
      {source.pulled && (
        <p className="small muted" data-testid={testid.pulledBy}>
          {t.detail.pulled(source.pulled.answered)}
          <br />
          <code className="hash">{source.pulled.url}</code>
          <br />
          {t.detail.requestId} <code className="hash">{source.pulled.request_id}</code>
          <br />
          {t.detail.correlationId} <code className="hash">{source.pulled.correlation_id}</code>
        </p>
      )}
    </div>
  );
}
