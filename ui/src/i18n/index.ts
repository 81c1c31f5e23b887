/** The texts of the app in the reader's language. English is the first. */

import { en } from './en';
import { type FindingText, findings } from './findings.en';

export type Catalogue = typeof en;

export const t: Catalogue = en;

/** The text of a finding code; an unknown code shows itself rather than nothing. */
export function findingText(code: string): FindingText {
  return findings[code] ?? { name: code.replaceAll('_', ' '), sentence: '' };
}
