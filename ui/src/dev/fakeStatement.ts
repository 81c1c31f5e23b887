/** A made-up statement of a partner, for looking at the screens without the core and for tests. */

import type {
  ReportedCdr,
  ReportedFigures,
  ReportedLine,
  StatementBucket,
  StatementMonth,
  StatementRequest,
  StatementRow,
} from '@/api/client';

const NOTHING: ReportedFigures = { excl_vat: null, vat: null, incl_vat: null, energy_kwh: null };

const NET = { excl_vat: '7.21', vat: '1.51', incl_vat: '8.72', energy_kwh: '24.03' };

function line(number: number, more: Partial<ReportedLine> = {}): ReportedLine {
  return {
    import: 4,
    number,
    id: `ELW-20261003-11883${number}`,
    session: '',
    start_at: `2026-10-03T08:1${number}:00Z`,
    start_local: `2026-10-03T10:1${number}:00+02:00`,
    month: '2026-10',
    figures: NET,
    currency: 'EUR',
    reference: '2026-0911',
    ...more,
  };
}

function cdr(number: number, more: Partial<ReportedCdr> = {}): ReportedCdr {
  return {
    row: number,
    id: `ELW-20261003-11883${number}`,
    start_at: `2026-10-03T08:1${number}:00Z`,
    start_local: `2026-10-03T10:1${number}:00+02:00`,
    month: '2026-10',
    figures: NET,
    currency: 'EUR',
    ...more,
  };
}

function row(verdict: string, more: Partial<StatementRow>): StatementRow {
  return {
    verdict,
    by: more.line && more.cdr ? 'id' : null,
    line: null,
    cdr: null,
    differs_in: [],
    difference: NOTHING,
    ...more,
  };
}

const ROWS: StatementRow[] = [
  row('agrees', { line: line(1), cdr: cdr(1) }),
  row('differs', {
    line: line(2, { figures: { ...NET, excl_vat: '7.96' } }),
    cdr: cdr(2),
    differs_in: ['excl_vat'],
    difference: { ...NOTHING, excl_vat: '0.75' },
  }),
  row('no_cdr', { line: line(3) }),
  row('not_on_statement', { cdr: cdr(4) }),
  row('billed_twice', { line: line(5, { id: '' }), cdr: cdr(1) }),
  row('month_differs', { line: line(6), cdr: cdr(6, { month: '2026-11' }) }),
];

const DIFFERENCE: Record<string, string> = {
  agrees: '0',
  differs: '0.75',
  no_cdr: '7.21',
  not_on_statement: '-7.21',
  billed_twice: '7.21',
  month_differs: '0',
};

function bucket({ verdict, line, cdr }: StatementRow): StatementBucket {
  const sums = (of: ReportedLine | ReportedCdr | null) =>
    of
      ? [
          {
            currency: 'EUR',
            excl_vat: of.figures.excl_vat ?? '0',
            incl_vat: of.figures.incl_vat ?? '0',
          },
        ]
      : [];
  return {
    verdict,
    count: 1,
    reported: sums(line),
    stated: verdict === 'billed_twice' ? [] : sums(cdr),
    difference: [{ amount: DIFFERENCE[verdict] ?? '0', currency: 'EUR' }],
  };
}

/** One row of each result; nothing in other months. */
export function statement({ partner, month, verdict, limit }: StatementRequest): StatementMonth {
  const all = month === '2026-10' ? ROWS : [];
  const rows = all.filter((one) => verdict === null || one.verdict === verdict);
  return {
    partner,
    month,
    lines: all.filter((one) => one.line).length,
    files: all.length > 0 ? [{ import: 4, file: 'elwijk-invoice-2026-10.xlsx', lines: 5 }] : [],
    buckets: ROWS.map((one) => ({ ...bucket(one), count: all.length > 0 ? 1 : 0 })),
    rows: rows.slice(0, limit),
    total: rows.length,
  };
}
