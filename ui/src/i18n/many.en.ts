/** Counts in English: "1 CDR", "41,200 CDRs". */

import { formatCount } from '@/lib/decimal';

export const plural = new Intl.PluralRules('en');

export function many(count: number, one: string, other = `${one}s`): string {
  return `${formatCount(count)} ${plural.select(count) === 'one' ? one : other}`;
}
