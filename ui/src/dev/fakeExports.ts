/** A made-up export: what would go out, and what could not be said. */

import type { ExportCount, ExportDone } from '@/api/client';

export const COUNT: ExportCount = {
  records: 41,
  superseded: 2,
  credits: 0,
  publish_unsaid: 0,
  file: 'cdrs.ndjson',
};

export const DONE: ExportDone = {
  what: 'cdrs',
  format: 'ndjson',
  ocpi: '2.1.1',
  bytes: '12431',
  sha256: 'ab',
  written: 40,
  superseded: 2,
  energy_kwh: '512.5',
  totals: [{ currency: 'EUR', excl_vat: '180.20', incl_vat: '218.04' }],
  left_out: [
    { field: 'cdr_token.uid', why: 'unknown', severity: 'missing', count: 1, examples: ['CDR-7'] },
  ],
  losses: [
    {
      field: 'charging_periods[].tariff_id',
      why: 'not_in_version',
      severity: 'lost',
      count: 40,
      examples: ['CDR-1', 'CDR-2'],
    },
    { field: 'type', why: 'written_unknown', severity: 'missing', count: 3, examples: ['CDR-3'] },
  ],
};
