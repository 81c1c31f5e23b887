/** Reads the filter sentence. What is no condition is searched as text and said so. */

import { isMonth } from '@/lib/time';
import { isBucketWord, type Term, VERDICTS, withTerm } from './terms';

export interface Complaint {
  what: 'unknown' | 'not_a_number';
  word: string;
}

export interface Parsed {
  terms: Term[];
  complaints: Complaint[];
}

interface Word {
  text: string;
  /** The word began with a quote, so it is text whatever it says. */
  quoted: boolean;
}

/** Words split at blanks; a quote holds several together, also behind a colon. */
export function words(sentence: string): Word[] {
  const found: Word[] = [];
  const pattern = /"([^"]*)"?|([^\s":]+:)"([^"]*)"?|([^\s"]+)/g;
  for (const match of sentence.matchAll(pattern)) {
    if (match[1] !== undefined) found.push({ text: match[1], quoted: true });
    else if (match[2] !== undefined) {
      found.push({ text: `${match[2]}${match[3] ?? ''}`, quoted: false });
    } else if (match[4] !== undefined) found.push({ text: match[4], quoted: false });
  }
  return found.filter((word) => word.text.trim() !== '');
}

/** A decimal as typed in either notation: "0,50" is "0.50". */
function decimal(text: string): string | undefined {
  const dotted = text.replace(',', '.');
  return /^\d+(\.\d+)?$/.test(dotted) ? dotted : undefined;
}

function whole(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

type Read = Term | Complaint['what'] | undefined;

function readComparison(word: string): Read {
  const match = /^([a-z_]*)(>=|<=|>|<|=)(.*)$/i.exec(word);
  if (!match) return undefined;
  const field = (match[1] ?? '').toLowerCase();
  const sign = match[2] ?? '';
  const value = decimal(match[3] ?? '');
  const known = ['', 'difference', 'stated', 'kwh', 'energy', 'longer'];
  if (!known.includes(field)) return 'unknown';
  if (value === undefined) return 'not_a_number';
  if (field === '' || field === 'difference') {
    return sign.startsWith('>') ? { kind: 'difference', above: value } : 'unknown';
  }
  if (field === 'longer') return { kind: 'longer', hours: value };
  const op = sign === '=' ? '=' : sign.startsWith('>') ? '>=' : '<=';
  return { kind: field === 'stated' ? 'stated' : 'kwh', op, value };
}

function readKeyed(key: string, value: string): Read {
  if (value === '') return 'unknown';
  switch (key) {
    case 'partner':
      return { kind: 'partner', value: value.toUpperCase() };
    case 'month':
      return isMonth(value) ? { kind: 'month', value } : 'unknown';
    case 'status':
    case 'bucket': {
      const bucket = isBucketWord(value);
      return bucket ? { kind: 'bucket', value: bucket } : 'unknown';
    }
    case 'verdict': {
      const verdict = VERDICTS.find((one) => one === value.toLowerCase().replaceAll('-', '_'));
      return verdict ? { kind: 'verdict', value: verdict } : 'unknown';
    }
    case 'evse':
    case 'finding':
      return { kind: key, value };
    case 'currency':
      return { kind: 'currency', value: value.toUpperCase() };
    case 'longer': {
      const hours = decimal(value.replace(/h$/i, ''));
      return hours === undefined ? 'not_a_number' : { kind: 'longer', hours };
    }
    case 'credit':
      return { kind: 'credit', value: !['no', 'false'].includes(value.toLowerCase()) };
    case 'import':
    case 'invoice': {
      const id = whole(value);
      return id === undefined ? 'not_a_number' : { kind: key, id };
    }
    default:
      return 'unknown';
  }
}

function readWord(word: string): Read {
  const colon = word.indexOf(':');
  if (colon > 0) return readKeyed(word.slice(0, colon).toLowerCase(), word.slice(colon + 1));
  const bucket = isBucketWord(word);
  if (bucket) return { kind: 'bucket', value: bucket };
  if (word.toLowerCase() === 'credit') return { kind: 'credit', value: true };
  return readComparison(word);
}

export function parseFilter(sentence: string): Parsed {
  let terms: Term[] = [];
  const complaints: Complaint[] = [];
  for (const { text, quoted } of words(sentence)) {
    const read = quoted ? undefined : readWord(text);
    if (typeof read === 'object') terms = withTerm(terms, read);
    else {
      if (read) complaints.push({ what: read, word: text });
      if (read !== 'not_a_number') terms = withTerm(terms, { kind: 'text', value: text });
    }
  }
  return { terms, complaints };
}
