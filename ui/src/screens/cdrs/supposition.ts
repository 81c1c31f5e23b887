/** What is being supposed about a CDR while somebody tries it, and the question it makes. */

import type { WhatIf } from '@/api/client';
import { t } from '@/i18n';
import { zoneOf } from '@/lib/zones';

/** A switch and its reading; an empty switch is still to be chosen. */
export type Reading = readonly [name: string, reading: string];

export interface Supposition {
  tariff: number | null;
  /** As typed. */
  zone: string;
  readings: readonly Reading[];
}

export const AS_NOW: Supposition = { tariff: null, zone: '', readings: [] };

export function questionOf(cdr: number, supposed: Supposition): WhatIf {
  const chosen = supposed.readings.filter(([name]) => name !== '');
  return {
    cdr,
    policy: Object.fromEntries(chosen),
    time_zone: zoneOf(supposed.zone),
    tariff: supposed.tariff,
  };
}

/** A question as a cause asks it, to go on from. */
export function suppositionOf(question: WhatIf): Supposition {
  return {
    tariff: question.tariff,
    zone: question.time_zone ?? '',
    readings: Object.entries(question.policy),
  };
}

export function isAsNow(question: WhatIf): boolean {
  return (
    question.tariff === null &&
    question.time_zone === null &&
    Object.keys(question.policy).length === 0
  );
}

/** Only readings can be agreed with a partner; zones and tariffs belong to one CDR. */
export function canBeRule(question: WhatIf): boolean {
  return question.tariff === null && question.time_zone === null && !isAsNow(question);
}

/** What a question supposes, in words. */
export function supposedText(question: WhatIf): string {
  const readings = Object.entries(question.policy).map(
    ([name, reading]) => `${t.switchName(name)}: ${t.readingText(name, reading)}`,
  );
  const zone = question.time_zone === null ? [] : [t.whatif.inZone(question.time_zone)];
  const tariff = question.tariff === null ? [] : [t.whatif.otherVersion];
  return [...readings, ...zone, ...tariff].join('; ');
}
