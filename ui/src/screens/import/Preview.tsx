/** What a file holds and what importing it would do, before anything is stored. */

import { FileSpreadsheet, FileText, LoaderCircle, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { ImportPreview, PreviewRow } from '@/api/client';
import { isSeverity } from '@/api/client';
import { Button } from '@/components/Button';
import { Amount } from '@/components/Figure';
import { Menu } from '@/components/Menu';
import { Badge, SeverityIcon } from '@/components/Status';
import { findingText, t } from '@/i18n';
import { useBook } from '@/lib/book';
import { useCommand } from '@/lib/commands';
import { formatQuantity } from '@/lib/decimal';
import { testid } from '@/lib/testids';
import { formatDuration, formatInstant, formatLocal, span } from '@/lib/time';
import { PartnerDialog } from '../partners/PartnerDialog';
import { choosePartner, consequenceOf, type Entry, leave, runImport } from './queue';

export function Preview({ entry, preview }: { entry: Entry; preview: ImportPreview }) {
  const { token } = entry.file;
  const running = entry.step === 'running';
  const { check } = entry;
  const ready = check !== null && !running && !preview.needs_partner;
  useCommand('import.run', () => void runImport(token), ready);
  return (
    <>
      <section className="card import-card">
        <FileHead entry={entry} preview={preview} />
        <div className="consequence">
          <div className="grow" aria-live="polite">
            {preview.needs_partner && (
              <p className="row tone-text-warn">
                <TriangleAlert size={16} aria-hidden />
                {t.import.needsPartner}
              </p>
            )}
            {!preview.needs_partner && !check && !entry.problem && (
              <p className="row muted">
                <LoaderCircle size={15} className="spin" aria-hidden />
                {t.import.checking}
              </p>
            )}
            {check && (
              <p className="consequence-line" data-testid={testid.importConsequence}>
                {consequenceOf(check)}
              </p>
            )}
          </div>
          <Button onClick={() => leave(token)} disabled={running} testId={testid.importDiscard}>
            {t.import.discard}
          </Button>
          <Button
            variant="primary"
            disabled={!ready}
            keys="Mod+Enter"
            onClick={() => void runImport(token)}
            testId={testid.importRun}
          >
            {check ? t.import.run(check.new, check.corrections) : t.import.title}
          </Button>
        </div>
        {preview.evidence.length > 0 && <Evidence preview={preview} />}
      </section>
      {preview.rows.length > 0 && <Rows preview={preview} />}
    </>
  );
}

function FileHead({ entry, preview }: { entry: Entry; preview: ImportPreview }) {
  const { info } = useBook();
  const sheet = preview.columns.length > 0;
  const Icon = sheet ? FileSpreadsheet : FileText;
  const [adding, setAdding] = useState(false);
  const chosen = preview.partner ?? info.partners.find((p) => p.key === entry.partner) ?? null;
  return (
    <header className="row import-head">
      <span className="empty-icon import-icon">
        <Icon size={20} strokeWidth={1.7} aria-hidden />
      </span>
      <div className="grow">
        <h2 className="truncate" title={entry.file.name}>
          {entry.file.name}
        </h2>
        <p className="muted">
          {[
            (t.kind as Record<string, string>)[preview.kind] ?? preview.kind,
            t.format(preview.format),
            preview.ocpi ? `OCPI ${preview.ocpi}` : null,
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </div>
      {preview.needs_partner || sheet ? (
        <Menu
          label={t.import.partner}
          className="btn btn-plain"
          testId={testid.importPartner}
          arrow
          placement="bottom end"
          groups={[
            {
              id: 'partners',
              choices: info.partners.map((partner) => ({
                id: partner.key,
                text: partner.name,
                hint: partner.key,
                current: partner.key === chosen?.key,
                testId: testid.partnerOption(partner.key),
                onChoose: () => choosePartner(entry.file.token, partner.key),
              })),
            },
            {
              id: 'new',
              choices: [
                {
                  id: 'new-partner',
                  text: t.partner.new,
                  testId: testid.partnerNew,
                  onChoose: () => setAdding(true),
                },
              ],
            },
          ]}
        >
          {chosen ? chosen.name : t.import.choosePartner}
        </Menu>
      ) : (
        chosen && <Badge tone="neutral">{chosen.name}</Badge>
      )}
      {adding && (
        <PartnerDialog
          partner={null}
          onClose={() => setAdding(false)}
          onSaved={(partner) => choosePartner(entry.file.token, partner.key)}
        />
      )}
    </header>
  );
}

function Evidence({ preview }: { preview: ImportPreview }) {
  // What each column became stands in the list of columns below.
  const shown = preview.evidence.filter((one) => one.what !== 'column');
  return (
    <details className="evidence" open={preview.evidence.some((one) => one.ambiguous)}>
      <summary>{t.import.howRead}</summary>
      <dl className="facts">
        {shown.map((one) => (
          <div key={`${one.what} ${one.value} ${one.because}`} className="facts-row">
            <dt>{t.evidence(one.what)}</dt>
            <dd>
              <strong>{one.value.replaceAll('_', ' ')}</strong>
              {one.because && (
                <span className="muted"> {t.import.because(one.because, one.row)}</span>
              )}
              {one.ambiguous && (
                <Badge tone="warn" icon={TriangleAlert}>
                  {t.import.ambiguous}
                </Badge>
              )}
            </dd>
          </div>
        ))}
        {preview.columns.length > 0 && (
          <div className="facts-row">
            <dt>{t.import.columns}</dt>
            <dd className="mapping">
              {preview.columns.map((column) => (
                <span key={column.heading} className={column.field ? '' : 'faint'}>
                  {column.heading} → {column.field.replaceAll('_', ' ') || t.import.unused}
                </span>
              ))}
            </dd>
          </div>
        )}
      </dl>
    </details>
  );
}

/** Columns that would be empty for this file are left out. */
interface Shows {
  kind: boolean;
  excl: boolean;
  incl: boolean;
}

function Rows({ preview }: { preview: ImportPreview }) {
  const { columnsOf } = t.import;
  const shows: Shows = {
    kind: preview.kind !== 'cdrs',
    excl: preview.rows.some((row) => row.excl_vat !== null),
    incl: preview.rows.some((row) => row.incl_vat !== null),
  };
  return (
    <section className="card">
      <h3 className="card-title">{t.import.preview(preview.rows.length)}</h3>
      <section
        className="wide-table"
        aria-label={t.import.preview(preview.rows.length)}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolling it needs the focus
        tabIndex={0}
      >
        <table className="plain-table">
          <thead>
            <tr>
              <th className="num">{columnsOf.number}</th>
              {shows.kind && <th>{columnsOf.kind}</th>}
              <th>{columnsOf.id}</th>
              <th>{columnsOf.start}</th>
              <th className="num">{columnsOf.duration}</th>
              <th>{columnsOf.place}</th>
              <th className="num">{columnsOf.energy}</th>
              {shows.excl && <th className="num">{columnsOf.excl}</th>}
              {shows.incl && <th className="num">{columnsOf.incl}</th>}
              <th>{columnsOf.odd}</th>
            </tr>
          </thead>
          <tbody>
            {preview.rows.map((row) => (
              <Row key={row.number} row={row} shows={shows} />
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function Row({ row, shows }: { row: PreviewRow; shows: Shows }) {
  const worst = row.findings[0];
  const fatal = row.findings.some((finding) => finding.severity === 'fatal');
  return (
    <tr className={fatal ? 'row-fatal' : undefined} data-testid={testid.importPreviewRow}>
      <td className="num faint">{row.number}</td>
      {shows.kind && <td>{(t.kind as Record<string, string>)[row.kind] ?? t.none}</td>}
      <td className="truncate cell-id" title={row.id}>
        {row.id || <span className="costs">{t.severity.fatal}</span>}
      </td>
      <td className="nowrap" title={row.start_at && t.detail.utc(formatInstant(row.start_at))}>
        {row.start_local
          ? formatLocal(row.start_local)
          : row.start_at
            ? t.detail.utc(formatInstant(row.start_at))
            : t.none}
      </td>
      <td className="num">
        {row.start_at && row.end_at ? formatDuration(span(row.start_at, row.end_at)) : t.none}
      </td>
      <td className="truncate cell-place" title={row.place}>
        {row.place}
      </td>
      <td className="num">
        {row.energy_kwh === null ? t.none : formatQuantity(row.energy_kwh, 3, 3)}
      </td>
      {shows.excl && (
        <td className="num">
          <Amount money={row.excl_vat} />
        </td>
      )}
      {shows.incl && (
        <td className="num">
          <Amount money={row.incl_vat} />
        </td>
      )}
      <td className="cell-odd">
        {worst && (
          <span className="row" title={row.findings.map(oddText).join('\n')}>
            {isSeverity(worst.severity) && <SeverityIcon severity={worst.severity} />}
            <span className="truncate">{findingText(worst.code).name}</span>
            {row.findings.length > 1 && <span className="faint">+{row.findings.length - 1}</span>}
          </span>
        )}
      </td>
    </tr>
  );
}

function oddText(finding: PreviewRow['findings'][number]): string {
  return `${findingText(finding.code).name} (${finding.at})`;
}
