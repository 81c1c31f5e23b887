/** What goes out and in which form; how many records that are is said before. */

import { useState } from 'react';
import { api, type CdrFilter, type ExportCount, type ExportRequest } from '@/api/client';
import { ConfirmDialog } from '@/components/Dialog';
import { t } from '@/i18n';
import { useBook } from '@/lib/book';
import type { Term } from '@/lib/filter/terms';
import { useQuery } from '@/lib/query';
import { useAddress } from '@/lib/router';
import { testid } from '@/lib/testids';
import { formatMonth } from '@/lib/time';
import { chipText } from '@/screens/cdrs/state';
import { ExportFields, PublishField } from './ExportFields';
import { startExport } from './exportRun';
import { type Draft, toRequest, type What } from './request';

interface ExportFormProps {
  what: What;
  /** The explorer's conditions and filter, where the list is what it shows. */
  terms: readonly Term[] | null;
  filter: CdrFilter | null;
  onClose: () => void;
}

export function ExportForm({ what, terms, filter, onClose }: ExportFormProps) {
  const here = useAddress();
  const [draft, setDraft] = useState<Omit<Draft, 'what'>>({
    format: 'xlsx',
    ocpi: '2.2.1',
    partner: here.params.who ?? here.partner,
    month: here.month,
    publish: 'leave',
  });
  const set = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }));
  const request = toRequest({ ...draft, what }, filter);
  const known = useQuery('cdrs', JSON.stringify(request), () => api.exportCount(request));
  const act = useStart(request);
  const count = known.loading ? undefined : known.data;
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t.exporting.title}
      act={t.exporting.act(request, count?.records)}
      onAct={act.run}
      busy={act.busy}
      disabled={!count?.records}
      problem={act.problem ?? known.problem}
      actTestId={testid.exportConfirm}
      testId={testid.exportDialog}
      wide
    >
      <ExportFields draft={{ ...draft, what }} request={request} onDraft={set} />
      {terms && <Shown terms={terms} />}
      {!known.problem && <Consequence request={request} count={count} />}
      {count !== undefined && count.publish_unsaid > 0 && (
        <PublishField count={count.publish_unsaid} draft={draft} onDraft={set} />
      )}
    </ConfirmDialog>
  );
}

/** Starting an export; unlike a decision it may end where it began, when nobody says where to. */
function useStart(request: ExportRequest) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Awaited<ReturnType<typeof startExport>>>(null);
  const run = async () => {
    setBusy(true);
    setProblem(await startExport(request));
    setBusy(false);
  };
  return { busy, problem, run: () => void run() };
}

/** The list as the explorer shows it. */
function Shown({ terms }: { terms: readonly Term[] }) {
  const { partner, month } = useAddress();
  const { partnerName } = useBook();
  const scope = [partner && partnerName(partner), month && formatMonth(month)];
  const parts = [...scope.filter((one) => one !== null), ...terms.map(chipText)];
  return (
    <p className="row export-shown" data-testid={testid.exportShown}>
      <span className="muted">{t.exporting.shown}</span>
      {parts.length === 0 && <span>{t.exporting.unfiltered}</span>}
      {parts.map((part) => (
        <span key={part} className="chip">
          {part}
        </span>
      ))}
    </p>
  );
}

/** What the form of the file means for what is in it. */
function about(request: ExportRequest): string {
  if (request.ocpi === null) return t.exporting.aboutTable;
  if (request.what === 'reconciliation_records') return t.exporting.aboutRecords;
  return t.exporting.aboutJson(request.ocpi);
}

interface ConsequenceProps {
  request: ExportRequest;
  count: ExportCount | undefined;
}

function Consequence({ request, count }: ConsequenceProps) {
  return (
    <div className="callout export-count" data-testid={testid.exportCount}>
      <strong>
        {count ? t.exporting.count(request.what, count.records) : t.exporting.counting}
      </strong>
      {count && count.superseded > 0 && <p>{t.exporting.superseded(count.superseded)}</p>}
      {count && count.credits > 0 && <p>{t.exporting.credits(count.credits)}</p>}
      <p className="muted">{about(request)}</p>
    </div>
  );
}
