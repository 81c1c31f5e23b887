/** Who did what, when and why; each link of the chain can be verified. */

import { Link2, ScrollText, ShieldAlert, ShieldCheck, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { type AuditEntry, type AuditVerdict, api } from '@/api/client';
import { Button } from '@/components/Button';
import { EmptyState } from '@/components/EmptyState';
import { ProblemPanel } from '@/components/ProblemPanel';
import { Badge } from '@/components/Status';
import { t } from '@/i18n';
import { changedTopics, useQuery } from '@/lib/query';
import { reportProblem } from '@/lib/report';
import { testid } from '@/lib/testids';
import { formatInstant } from '@/lib/time';
import { toast } from '@/lib/toasts';

/** Entries read at a time. */
const STEP = 200;

export function AuditScreen() {
  const [limit, setLimit] = useState(STEP);
  const log = useQuery('audit', `log-${limit}`, () => api.audit({ before: null, limit }));
  const entries = log.data;
  return (
    <section className="screen" data-testid={testid.auditScreen}>
      <header className="topbar">
        <h1>{t.audit.title}</h1>
        <div className="topbar-tools">
          <Verify />
        </div>
      </header>
      {log.problem && <ProblemPanel problem={log.problem} onRetry={log.reload} />}
      {entries?.length === 0 && (
        <EmptyState icon={ScrollText} title={t.audit.emptyTitle} text={t.audit.emptyText} />
      )}
      {entries && entries.length > 0 && (
        <div className="page">
          <div className="page-inner">
            <section className="card">
              <Entries entries={entries} />
            </section>
            {entries.length === limit && (
              <Button onClick={() => setLimit(limit + STEP)}>{t.audit.older}</Button>
            )}
          </div>
        </div>
      )}
    </section>
  );
}

function Verify() {
  const [verdict, setVerdict] = useState<AuditVerdict | null>(null);
  return (
    <>
      {verdict && (
        <Badge
          tone={verdict.intact ? 'good' : 'bad'}
          icon={verdict.intact ? ShieldCheck : ShieldAlert}
        >
          {verdict.intact
            ? t.audit.intact(verdict.entries)
            : t.audit.broken(verdict.first_broken ?? 0)}
        </Badge>
      )}
      <Button
        icon={<Link2 size={15} aria-hidden />}
        onClick={() => api.verifyAudit().then(setVerdict).catch(reportProblem)}
      >
        {t.audit.verify}
      </Button>
    </>
  );
}

async function undo(entry: AuditEntry) {
  try {
    await api.undo({ decision: entry.seq, reason: t.audit.undoTitle });
    changedTopics('audit', 'cdrs', 'cdr', 'board', 'settle');
    toast(t.undone);
  } catch (thrown) {
    reportProblem(thrown);
  }
}

function Entries({ entries }: { entries: readonly AuditEntry[] }) {
  const { columns } = t.audit;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <table className="plain-table">
      <thead>
        <tr>
          <th className="num">{columns.seq}</th>
          <th>{columns.at}</th>
          <th>{columns.who}</th>
          <th>{columns.what}</th>
          <th>{columns.object}</th>
          <th>{columns.why}</th>
          <th />
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.seq} data-testid={testid.auditRow} data-verb={entry.verb}>
            <td className="num faint" title={entry.hash}>
              {entry.seq}
            </td>
            <td className="nowrap muted">{formatInstant(entry.at, zone)}</td>
            <td>{entry.actor}</td>
            <td className="nowrap">
              <strong>{t.verb(entry.verb)}</strong>
            </td>
            <td>{entry.object}</td>
            <td className="muted">{entry.reason}</td>
            <td className="num">
              {entry.undone_by !== null && (
                <span className="small faint">{t.audit.undone(entry.undone_by)}</span>
              )}
              {entry.undoable && (
                <Button
                  variant="quiet"
                  icon={<Undo2 size={14} aria-hidden />}
                  onClick={() => void undo(entry)}
                >
                  {t.undo}
                </Button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
