/** What the explorer keeps in its address, and how its filter splits into scope and terms. */

import type { CdrSort } from '@/api/client';
import type { Sort } from '@/components/table/types';
import { findingText, t } from '@/i18n';
import { parseFilter } from '@/lib/filter/parse';
import { formatTerm, formatTerms, type Term } from '@/lib/filter/terms';
import { type Address, navigate } from '@/lib/router';
import { formatMonth } from '@/lib/time';

export const DEFAULT_SORT: CdrSort = { column: 'start', descending: true };

export function readSort(text: string | undefined): Sort | null {
  if (!text) return null;
  const descending = text.startsWith('-');
  return { column: descending ? text.slice(1) : text, descending };
}

export function writeSort(sort: Sort | null): string | null {
  return sort ? `${sort.descending ? '-' : ''}${sort.column}` : null;
}

export function readTerms(here: Address): Term[] {
  return parseFilter(here.params.q ?? '').terms;
}

/** One partner and one month in the sentence become what all screens show; the rest stays here. */
export function splitScope(terms: readonly Term[]) {
  const partners = terms.filter((term) => term.kind === 'partner');
  const months = terms.filter((term) => term.kind === 'month');
  const partner = partners.length === 1 ? partners[0]?.value : undefined;
  const month = months.length === 1 ? months[0]?.value : undefined;
  const rest = terms.filter(
    (term) =>
      !(partner !== undefined && term.kind === 'partner') &&
      !(month !== undefined && term.kind === 'month'),
  );
  return { partner, month, rest };
}

/** Goes to the view with these terms; the open CDR closes, as it may not be among them. */
export function goToTerms(terms: readonly Term[]): void {
  const { partner, month, rest } = splitScope(terms);
  navigate({ partner, month, params: { q: formatTerms(rest), cdr: null } });
}

/** The name of a term on its chip. */
export function chipText(term: Term): string {
  switch (term.kind) {
    case 'bucket':
      return t.bucket[term.value];
    case 'finding':
      return findingText(term.value).name;
    case 'month':
      return formatMonth(term.value, 'short');
    case 'difference':
      return `${t.explorer.sums.difference} > ${term.above}`;
    case 'credit':
      return term.value ? t.explorer.views.credit : `not ${t.explorer.views.credit}`;
    case 'text':
      return `“${term.value}”`;
    case 'partner':
    case 'verdict':
    case 'stated':
    case 'kwh':
    case 'longer':
    case 'evse':
    case 'currency':
    case 'import':
    case 'invoice':
      return formatTerm(term);
  }
}
