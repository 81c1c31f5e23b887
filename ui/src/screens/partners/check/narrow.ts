/** Which CDRs of a check are shown: all, or those of a result, a cause or a field. */

import type { CheckedCdr, PartnerCheck } from '@/api/client';
import { t } from '@/i18n';

export interface Only {
  by: 'verdict' | 'cause' | 'field';
  value: string;
}

/** What is chosen, and how something else is. */
export interface Choice {
  only: Only | null;
  onOnly: (only: Only) => void;
}

export function isSame(one: Only | null, other: Only): boolean {
  return one?.by === other.by && one.value === other.value;
}

const OFF: ReadonlySet<string> = new Set(['differs', 'only_held', 'only_reported']);

/** Whether a field is another, or on one side only. */
export function isOff(standing: string): boolean {
  return OFF.has(standing);
}

function fits(cdr: CheckedCdr, only: Only): boolean {
  switch (only.by) {
    case 'verdict':
      return cdr.verdict === only.value;
    case 'cause':
      return cdr.cause?.text === only.value;
    case 'field':
      return cdr.fields.some((one) => one.field === only.value && isOff(one.standing));
  }
}

export function narrowed(found: PartnerCheck, only: Only | null): readonly CheckedCdr[] {
  return only ? found.cdrs.filter((cdr) => fits(cdr, only)) : found.cdrs;
}

export function nameOf({ by, value }: Only): string {
  if (by === 'verdict') return t.partnerCheck.verdict(value);
  return by === 'field' ? t.partnerCheck.field(value) : value;
}
