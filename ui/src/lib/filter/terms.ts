/**
 * The conditions of the filter bar. A filter is a list of terms; it is written as a sentence
 * (`differs >0.50 evse:BE*ABC* "text"`), shown as chips, and sent to the core as a `CdrFilter`.
 */

import { BUCKETS, type Bucket, type CdrFilter } from '@/api/client';

export const VERDICTS = ['matches', 'differs', 'not_priced'] as const;
export type Verdict = (typeof VERDICTS)[number];

export type Term =
  | { kind: 'partner'; value: string }
  | { kind: 'month'; value: string }
  | { kind: 'bucket'; value: Bucket }
  | { kind: 'verdict'; value: Verdict }
  | { kind: 'difference'; above: string }
  | { kind: 'stated' | 'kwh'; op: '>=' | '<=' | '='; value: string }
  | { kind: 'longer'; hours: string }
  | { kind: 'finding' | 'evse' | 'currency'; value: string }
  | { kind: 'credit'; value: boolean }
  | { kind: 'import' | 'invoice'; id: number }
  | { kind: 'text'; value: string };

export type TermKind = Term['kind'];

/** Quotes a value that would otherwise fall apart or be read as something else. */
function quoted(value: string): string {
  return /^[^\s"]+$/.test(value) ? value : `"${value.replaceAll('"', '')}"`;
}

/** One term as it is typed. */
export function formatTerm(term: Term): string {
  switch (term.kind) {
    case 'bucket':
      return term.value.replaceAll('_', '-');
    case 'verdict':
      return `verdict:${term.value.replaceAll('_', '-')}`;
    case 'difference':
      return `>${term.above}`;
    case 'stated':
    case 'kwh':
      return `${term.kind}${term.op}${term.value}`;
    case 'longer':
      return `longer:${term.hours}`;
    case 'credit':
      return term.value ? 'credit' : 'credit:no';
    case 'import':
    case 'invoice':
      return `${term.kind}:${term.id}`;
    case 'text':
      return `"${term.value.replaceAll('"', '')}"`;
    case 'partner':
    case 'month':
    case 'finding':
    case 'evse':
    case 'currency':
      return `${term.kind}:${quoted(term.value)}`;
  }
}

/** The whole filter as a sentence. */
export function formatTerms(terms: readonly Term[]): string {
  return terms.map(formatTerm).join(' ');
}

/** A filter that lets everything through. */
export function emptyFilter(): CdrFilter {
  return {
    partners: [],
    months: [],
    buckets: [],
    verdicts: [],
    difference_above: null,
    stated_min: null,
    stated_max: null,
    energy_min: null,
    energy_max: null,
    longer_than_h: null,
    finding: null,
    evse: null,
    currency: null,
    credit: null,
    import: null,
    invoice: null,
    text: null,
  };
}

/** What the core is asked for: the terms within the partner and month all screens show. */
export function toCdrFilter(
  terms: readonly Term[],
  scope: { partner: string | null; month: string | null },
): CdrFilter {
  const filter = emptyFilter();
  const texts: string[] = [];
  for (const term of terms) apply(term, filter, texts);
  if (texts.length > 0) filter.text = texts.join(' ');
  if (filter.partners.length === 0 && scope.partner) filter.partners = [scope.partner];
  if (filter.months.length === 0 && scope.month) filter.months = [scope.month];
  return filter;
}

function apply(term: Term, filter: CdrFilter, texts: string[]): void {
  switch (term.kind) {
    case 'partner':
      filter.partners.push(term.value);
      break;
    case 'month':
      filter.months.push(term.value);
      break;
    case 'bucket':
      filter.buckets.push(term.value);
      break;
    case 'verdict':
      filter.verdicts.push(term.value);
      break;
    case 'difference':
      filter.difference_above = term.above;
      break;
    case 'stated':
      if (term.op !== '<=') filter.stated_min = term.value;
      if (term.op !== '>=') filter.stated_max = term.value;
      break;
    case 'kwh':
      if (term.op !== '<=') filter.energy_min = term.value;
      if (term.op !== '>=') filter.energy_max = term.value;
      break;
    case 'longer':
      filter.longer_than_h = term.hours;
      break;
    case 'finding':
    case 'evse':
    case 'currency':
      filter[term.kind] = term.value;
      break;
    case 'credit':
      filter.credit = term.value;
      break;
    case 'import':
    case 'invoice':
      filter[term.kind] = term.id;
      break;
    case 'text':
      texts.push(term.value);
      break;
  }
}

/** Of these kinds a filter holds one; of the others it may hold several. */
const SINGLE: ReadonlySet<TermKind> = new Set<TermKind>([
  'difference',
  'longer',
  'finding',
  'evse',
  'currency',
  'credit',
  'import',
  'invoice',
]);

/** The list with one more term; a term of a single kind takes the place of the one before. */
export function withTerm(terms: readonly Term[], term: Term): Term[] {
  const text = formatTerm(term);
  const kept = terms.filter(
    (one) => formatTerm(one) !== text && !(SINGLE.has(term.kind) && one.kind === term.kind),
  );
  return [...kept, term];
}

/** The list without the term, or with it if it was not there. */
export function toggleTerm(terms: readonly Term[], term: Term): Term[] {
  const text = formatTerm(term);
  const without = terms.filter((one) => formatTerm(one) !== text);
  return without.length < terms.length ? without : withTerm(terms, term);
}

export function isBucketWord(word: string): Bucket | undefined {
  const folded = word.toLowerCase().replaceAll('-', '_');
  return BUCKETS.find((bucket) => bucket === folded);
}
