/** Transactions of which no CDR can be made, by reason, apart from those that become one. */

import type { ReactNode } from 'react';
import type { FindingDto, PreviewRow, RejectDto, RejectGroup } from '@/api/client';
import { SeverityIcon } from '@/components/Status';
import { t } from '@/i18n';
import { testid } from '@/lib/testids';

export interface Reason {
  text: string;
  count: number;
  /** Number of the first transaction. */
  first: number;
}

interface ReviewProps {
  reasons: readonly Reason[];
  rejects?: readonly RejectDto[];
  children?: ReactNode;
}

/** Transactions listed by name at most; the rows to repair hold all of them. */
const LISTED = 200;

export function Review({ reasons, rejects = [], children }: ReviewProps) {
  const listed = rejects.filter((one) => unmade(one.code)).slice(0, LISTED);
  return (
    <section className="card" data-testid={testid.review}>
      <header className="card-head">
        <div className="grow">
          <h3>{t.mapping.review}</h3>
          <p className="muted small">{t.mapping.reviewText}</p>
        </div>
        {children}
      </header>
      <ul className="odd">
        {reasons.map((reason) => (
          <li key={reason.text} className="odd-kind" data-testid={testid.reviewReason}>
            <SeverityIcon severity="fatal" />
            <p className="grow">{sentence(reason.text)}</p>
            <span className="num muted">{t.mapping.reviewCount(reason.count, reason.first)}</span>
          </li>
        ))}
      </ul>
      {listed.length > 0 && (
        <details className="review-which">
          <summary>{t.mapping.reviewWhich}</summary>
          <ul className="small">
            {listed.map((one) => (
              <li key={one.row}>
                <span className="faint">{t.import.record(one.row)}</span> {one.value}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

/** The core's reasons are parts of sentences. */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`;
}

export function unmade(code: string): boolean {
  return code === 'no_cdr_made';
}

/** The reasons among the errors of a file, most first as they come. */
export function reasonsOf(groups: readonly RejectGroup[]): Reason[] {
  const named = groups.filter((group) => unmade(group.code));
  return named.map(({ value, problem, count, row }) => ({
    text: value || problem,
    count,
    first: row,
  }));
}

/** The reasons among the first records, while the whole file is not yet counted. */
export function reasonsOfRows(rows: readonly PreviewRow[]): Reason[] {
  const reasons = new Map<string, Reason>();
  for (const row of rows) {
    const finding = whyNot(row);
    if (!finding) continue;
    const text = reasonText(finding);
    const before = reasons.get(text);
    reasons.set(text, {
      text,
      count: (before?.count ?? 0) + 1,
      first: before?.first ?? row.number,
    });
  }
  return [...reasons.values()];
}

/** Why no CDR can be made of a record; nothing where one can. */
export function whyNot(row: PreviewRow): FindingDto | undefined {
  return row.findings.find((finding) => unmade(finding.code));
}

function reasonText({ params }: FindingDto): string {
  return params.text ?? params.trouble?.replaceAll('_', ' ') ?? '';
}
