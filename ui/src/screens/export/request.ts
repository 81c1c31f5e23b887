/** What the export dialog asks for, and the request it becomes. */

import type { CdrFilter, ExportRequest } from '@/api/client';

export const WHATS = [
  'cdrs',
  'sessions',
  'tariffs',
  'locations',
  'tokens',
  'reconciliation_records',
] as const;
export type What = (typeof WHATS)[number];

export const FORMATS = ['xlsx', 'csv', 'json', 'ndjson'] as const;
export type Format = (typeof FORMATS)[number];

export const VERSIONS = ['2.3.0', '2.2.1', '2.1.1'] as const;
export type Version = (typeof VERSIONS)[number];

/** What becomes of locations that do not say whether they are public. */
export const PUBLISH = ['leave', 'yes', 'no'] as const;
export type Publish = (typeof PUBLISH)[number];

export interface Draft {
  what: What;
  format: Format;
  ocpi: Version;
  partner: string | null;
  month: string | null;
  publish: Publish;
}

/** A list of a month, which tariffs, locations and tokens are not. */
export function isDated(what: What): boolean {
  return what === 'cdrs' || what === 'sessions' || what === 'reconciliation_records';
}

/** The formats there are for a list: tables are of CDRs only. */
export function formatsOf(what: What): readonly Format[] {
  return what === 'cdrs' ? FORMATS : (['json', 'ndjson'] as const);
}

export function isTable(format: Format): boolean {
  return format === 'xlsx' || format === 'csv';
}

/** `filter` is the explorer's, where the list is what it shows. */
export function toRequest(draft: Draft, filter: CdrFilter | null): ExportRequest {
  const { what, ocpi, publish } = draft;
  const format = formatsOf(what).includes(draft.format) ? draft.format : 'json';
  return {
    what,
    format,
    ocpi: isTable(format) ? null : ocpi,
    partner: filter ? null : draft.partner,
    month: filter || !isDated(what) ? null : draft.month,
    filter,
    publish: what === 'locations' && publish !== 'leave' ? publish === 'yes' : null,
  };
}
