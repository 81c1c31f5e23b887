/** The choices of the export dialog. */

import type { ReactNode } from 'react';
import type { ExportRequest } from '@/api/client';
import { Select } from '@/components/Select';
import { t } from '@/i18n';
import { useBook } from '@/lib/book';
import { navigate } from '@/lib/router';
import { testid } from '@/lib/testids';
import { formatMonth } from '@/lib/time';
import { type Draft, formatsOf, isDated, PUBLISH, VERSIONS, WHATS } from './request';

/** All of a kind, in selects that need a value. */
const ALL = '';

interface ExportFieldsProps {
  draft: Draft;
  /** What the draft comes to. */
  request: ExportRequest;
  onDraft: (change: Partial<Draft>) => void;
}

export function ExportFields({ draft, request, onDraft }: ExportFieldsProps) {
  const formats = formatsOf(draft.what);
  return (
    <div className="form-grid">
      <Field label={t.exporting.what}>
        <Select
          label={t.exporting.what}
          value={draft.what}
          names={WHATS.map((one) => [one, t.exporting.whats[one]] as const)}
          onValue={(next) => navigate({ params: { export: next } }, true)}
          testId={testid.exportWhat}
        />
      </Field>
      <Field label={t.exporting.format}>
        <Select
          label={t.exporting.format}
          value={request.format}
          names={formats.map((one) => [one, t.exporting.formats[one]] as const)}
          onValue={(next) => onDraft({ format: formats.find((one) => one === next) })}
          testId={testid.exportFormat}
        />
      </Field>
      {request.ocpi !== null && (
        <Field label={t.exporting.version}>
          <Select
            label={t.exporting.version}
            value={draft.ocpi}
            names={VERSIONS.map((one) => [one, `OCPI ${one}`] as const)}
            onValue={(next) => onDraft({ ocpi: VERSIONS.find((one) => one === next) })}
            testId={testid.exportVersion}
          />
        </Field>
      )}
      {!request.filter && <Scope draft={draft} onDraft={onDraft} />}
    </div>
  );
}

/** Whose records, and of which month. */
function Scope({ draft, onDraft }: Pick<ExportFieldsProps, 'draft' | 'onDraft'>) {
  const { info } = useBook();
  return (
    <>
      <Field label={t.exporting.partner}>
        <Select
          label={t.exporting.partner}
          value={draft.partner ?? ALL}
          names={[
            [ALL, t.exporting.allPartners],
            ...info.partners.map((one) => [one.key, one.name || one.key] as const),
          ]}
          onValue={(next) => onDraft({ partner: next || null })}
          testId={testid.exportPartner}
        />
      </Field>
      {isDated(draft.what) && (
        <Field label={t.exporting.month}>
          <Select
            label={t.exporting.month}
            value={draft.month ?? ALL}
            names={[
              [ALL, t.exporting.allMonths],
              ...info.months.map((one) => [one, formatMonth(one)] as const),
            ]}
            onValue={(next) => onDraft({ month: next || null })}
            testId={testid.exportMonth}
          />
        </Field>
      )}
    </>
  );
}

interface PublishFieldProps {
  count: number;
  draft: Pick<Draft, 'publish'>;
  onDraft: (change: Partial<Draft>) => void;
}

/** Old locations do not say whether they are public, and nobody but the user knows. */
export function PublishField({ count, draft, onDraft }: PublishFieldProps) {
  const label = t.exporting.publish(count);
  return (
    <Field label={label}>
      <Select
        label={label}
        value={draft.publish}
        names={PUBLISH.map((one) => [one, t.exporting.publishes[one]] as const)}
        onValue={(next) => onDraft({ publish: PUBLISH.find((one) => one === next) })}
        testId={testid.exportPublish}
      />
    </Field>
  );
}

function Field({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="field">
      <span className="field-label">{label}</span>
      {children}
    </div>
  );
}
