/** The first records of a file as they will be stored; cells with a problem are marked. */

import type { ReactNode } from 'react';
import type { ColumnDto, FindingDto, ImportPreview, PreviewRow } from '@/api/client';
import { isSeverity } from '@/api/client';
import { Amount } from '@/components/Figure';
import { SeverityIcon } from '@/components/Status';
import { findingText, t } from '@/i18n';
import { formatQuantity } from '@/lib/decimal';
import { testid } from '@/lib/testids';
import { formatDuration, formatInstant, formatLocal, span } from '@/lib/time';
import { type Cell, marksOf } from './mapping/marks';
import { whyNot } from './mapping/Review';

/** Columns that would be empty for this file are left out. */
interface Shows {
  kind: boolean;
  excl: boolean;
  incl: boolean;
}

export function PreviewRows({ preview }: { preview: ImportPreview }) {
  const { columnsOf } = t.import;
  // What no CDR can be made of is listed apart, with its reasons.
  const rows = preview.rows.filter((row) => !whyNot(row));
  const shows: Shows = {
    kind: preview.kind !== 'cdrs' && preview.kind !== 'transactions',
    excl: rows.some((row) => row.excl_vat !== null),
    incl: rows.some((row) => row.incl_vat !== null),
  };
  const title =
    preview.kind === 'transactions' ? t.mapping.made(rows.length) : t.import.preview(rows.length);
  if (rows.length === 0) return null;
  return (
    <section className="card">
      <h3 className="card-title">{title}</h3>
      <section
        className="wide-table"
        aria-label={title}
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
            {rows.map((row) => (
              <Row key={row.number} row={row} shows={shows} columns={preview.columns} />
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

interface RowProps {
  row: PreviewRow;
  shows: Shows;
  columns: readonly ColumnDto[];
}

function Row({ row, shows, columns }: RowProps) {
  const fatal = row.findings.some((finding) => finding.severity === 'fatal');
  const marks = marksOf(row, columns);
  const mark = (cell: Cell) => ({ cell, finding: marks[cell] });
  return (
    <tr className={fatal ? 'row-fatal' : undefined} data-testid={testid.importPreviewRow}>
      <td className="num faint">{row.number}</td>
      {shows.kind && <td>{(t.kind as Record<string, string>)[row.kind] ?? t.none}</td>}
      <Data {...mark('id')} className="truncate cell-id" title={row.id}>
        {row.id || <span className="costs">{t.severity.fatal}</span>}
      </Data>
      <Data
        {...mark('start')}
        className="nowrap"
        title={row.start_at && t.detail.utc(formatInstant(row.start_at))}
      >
        {startOf(row)}
      </Data>
      <Data {...mark('duration')} className="num">
        {row.start_at && row.end_at ? formatDuration(span(row.start_at, row.end_at)) : null}
      </Data>
      <Data {...mark('place')} className="truncate cell-place" title={row.place}>
        {row.place}
      </Data>
      <Data {...mark('energy')} className="num">
        {row.energy_kwh === null ? null : formatQuantity(row.energy_kwh, 3, 3)}
      </Data>
      {shows.excl && (
        <Data {...mark('excl')} className="num">
          {row.excl_vat && <Amount money={row.excl_vat} />}
        </Data>
      )}
      {shows.incl && (
        <Data {...mark('incl')} className="num">
          {row.incl_vat && <Amount money={row.incl_vat} />}
        </Data>
      )}
      <td className="cell-odd">
        <Odd row={row} />
      </td>
    </tr>
  );
}

interface DataProps {
  cell: Cell;
  finding: FindingDto | undefined;
  className: string;
  title?: string;
  children: ReactNode;
}

/** A cell; where something is wrong with it, marked and with the text that stands in the file. */
function Data({ cell, finding, className, title, children }: DataProps) {
  if (!finding) {
    return (
      <td className={className} title={title}>
        {children ?? t.none}
      </td>
    );
  }
  const stood = finding.params.value;
  const shown = children ?? (stood ? `“${stood}”` : t.none);
  return (
    <td
      className={`${className} cell-marked`}
      title={oddText(finding)}
      data-problem={cell}
      data-severity={finding.severity}
    >
      {shown}
    </td>
  );
}

function startOf(row: PreviewRow): string | null {
  if (row.start_local) return formatLocal(row.start_local);
  return row.start_at ? t.detail.utc(formatInstant(row.start_at)) : null;
}

function Odd({ row }: { row: PreviewRow }) {
  const [worst] = row.findings;
  if (!worst) return null;
  return (
    <span className="row" title={row.findings.map(oddText).join('\n')}>
      {isSeverity(worst.severity) && <SeverityIcon severity={worst.severity} />}
      <span className="truncate">{findingText(worst.code).name}</span>
      {row.findings.length > 1 && <span className="faint">+{row.findings.length - 1}</span>}
    </span>
  );
}

function oddText(finding: FindingDto): string {
  return `${findingText(finding.code).name} (${finding.at})`;
}
