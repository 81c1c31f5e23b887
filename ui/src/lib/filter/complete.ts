/** What the filter bar offers while typing: conditions first, then their values. */

import { BUCKETS } from '@/api/client';
import { t } from '@/i18n';
import { findings } from '@/i18n/findings.en';
import { VERDICTS } from './terms';

export interface Suggestion {
  /** What takes the place of the word being typed. */
  insert: string;
  hint: string;
  /** The word is complete: a blank follows. */
  done: boolean;
}

export interface Known {
  partners: readonly { key: string; name: string }[];
  months: readonly string[];
  currencies: readonly string[];
}

/** Where the word around the cursor begins and ends. A quote opened before it spans blanks. */
export function wordAt(sentence: string, cursor: number): { start: number; end: number } {
  let start = 0;
  let open = false;
  for (let i = 0; i < cursor; i += 1) {
    if (sentence[i] === '"') open = !open;
    else if (/\s/.test(sentence[i] ?? '') && !open) start = i + 1;
  }
  const rest = sentence.slice(cursor).search(/\s/);
  return { start, end: rest < 0 ? sentence.length : cursor + rest };
}

const hints = t.filter.hints;

const KEYS: readonly Suggestion[] = [
  { insert: 'partner:', hint: hints.partner, done: false },
  { insert: 'month:', hint: hints.month, done: false },
  { insert: '>', hint: hints.difference, done: false },
  { insert: 'evse:', hint: hints.evse, done: false },
  { insert: 'stated>=', hint: hints.stated, done: false },
  { insert: 'kwh>=', hint: hints.kwh, done: false },
  { insert: 'longer:', hint: hints.longer, done: false },
  { insert: 'finding:', hint: hints.finding, done: false },
  { insert: 'verdict:', hint: hints.verdict, done: false },
  { insert: 'currency:', hint: hints.currency, done: false },
  { insert: 'credit', hint: hints.credit, done: true },
];

function values(key: string, known: Known): Suggestion[] {
  const give = (value: string, hint: string): Suggestion => ({
    insert: `${key}:${value}`,
    hint,
    done: true,
  });
  switch (key) {
    case 'partner':
      return known.partners.map((partner) => give(partner.key, partner.name));
    case 'month':
      return known.months.map((month) => give(month, ''));
    case 'currency':
      return known.currencies.map((currency) => give(currency, ''));
    case 'verdict':
      return VERDICTS.map((verdict) => give(verdict.replaceAll('_', '-'), ''));
    case 'finding':
      return Object.entries(findings).map(([code, text]) => give(code, text.name));
    default:
      return [];
  }
}

/** Suggestions for the word being typed, best first; none for finished words or free text. */
export function complete(word: string, known: Known, most = 8): Suggestion[] {
  if (word.startsWith('"')) return [];
  const typed = word.toLowerCase();
  const colon = typed.indexOf(':');
  if (colon > 0) {
    const key = typed.slice(0, colon);
    const value = typed.slice(colon + 1);
    return values(key, known)
      .filter(
        (one) =>
          one.insert.toLowerCase() !== typed &&
          (one.insert
            .slice(colon + 1)
            .toLowerCase()
            .includes(value) ||
            one.hint.toLowerCase().includes(value)),
      )
      .slice(0, most);
  }
  const buckets = BUCKETS.map<Suggestion>((bucket) => ({
    insert: bucket.replaceAll('_', '-'),
    hint: `${hints.bucket}: ${t.bucket[bucket]}`,
    done: true,
  }));
  return [...buckets, ...KEYS]
    .filter((one) => one.insert.startsWith(typed) && one.insert !== typed)
    .slice(0, most);
}
