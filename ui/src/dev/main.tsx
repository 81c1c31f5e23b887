/** Starts the app on the made-up book: `npm run mock`, then /mock.html. */

import { mockIPC } from '@tauri-apps/api/mocks';
import type {
  CdrFilter,
  CdrSort,
  ImportRequest,
  InferRequest,
  KeepWhatIf,
  PartnerCheckRequest,
  StatementRequest,
  TariffRequest,
  TryRequest,
  WhatIf,
  WordsRequest,
} from '@/api/client';
import * as fake from './fake';
import * as checks from './fakeCheck';
import * as exports from './fakeExports';
import { startJob } from './fakeJobs';
import * as pricing from './fakePricing';
import { FakeReconcile } from './fakeReconcile';
import { serverAnswers } from './fakeServers';
import * as sheets from './fakeSheets';
import { statement } from './fakeStatement';
import * as tariffs from './fakeTariffs';
import { SAMPLE_PDF } from './pdf';

const reconcile = new FakeReconcile({ matched: 39_000, most: 5000, stale: true });
const accepted = new Set<number>();
const issued = new Set<number>();
const kept = new Map<number, WhatIf>();
let drafted = false;
const views = new Map<number, number[] | null>();

function open(filter: CdrFilter, sort: CdrSort) {
  const list = fake.sorted(fake.matching(filter, accepted), sort, accepted);
  const view = views.size + 1;
  views.set(view, list);
  return {
    view,
    count: list?.length ?? fake.COUNT,
    energy_kwh: '31204877.331',
    sums: [
      {
        currency: 'EUR',
        count: fake.COUNT,
        stated: '14320118.40',
        replayed: '14318902.11',
        difference: '1216.29',
      },
    ],
    rows: rows(view, 0, 200),
  };
}

function rows(view: number, start: number, len: number) {
  const list = views.get(view);
  const total = list ? list.length : fake.COUNT;
  const out = [];
  for (let i = start; i < Math.min(total, start + len); i += 1) {
    out.push(fake.cdrRow(list ? (list[i] ?? 0) : i, accepted));
  }
  return out;
}

function detail(row: number) {
  const what = kept.get(row);
  const found = fake.detail(fake.cdrRow(row - 1, accepted));
  return { ...found, kept: what ? pricing.kept(what) : null };
}

interface Args {
  request: {
    month: string | null;
    partner: string | null;
    token: string;
    view: number;
    start: number;
    len: number;
  };
  filter: CdrFilter;
  sort: CdrSort;
  row: number;
  invoice: number;
  question: WhatIf;
  partner: string;
}

const answers: Record<string, (args: Args) => unknown> = {
  ...reconcile.answers,
  book_info: () => fake.BOOK,
  partners_list: () => fake.partners(),
  close_board: ({ request }: Args) => fake.board(request.month, request.partner),
  pick_files: () => sheets.FILES,
  import_preview: ({ request }: Args) => sheets.previewOfFile(request as unknown as ImportRequest),
  import_check: ({ request }: Args) =>
    startJob('check', 'file', 41_529, { import: sheets.checkOfFile(request.token) }),
  import_run: ({ request }: Args) =>
    startJob('import', 'vlaamse-laadpunten-okt.xlsx', 41_529, {
      import: { ...sheets.checkOfFile(request.token), id: 4, template: sheets.TEMPLATE },
    }),
  export_count: () => exports.COUNT,
  export_run: () =>
    startJob('export', 'cdrs-2026-10-ocpi-2.1.1.ndjson', 64_000, { export: exports.DONE }),
  import_list: () => fake.imports(),
  import_problems: () => fake.PROBLEM_KINDS,
  import_rejects: () => ({ path: '/home/someone/okt-to-repair.xlsx', rows: 7 }),
  templates_list: () => sheets.KEPT,
  template_remove: () => null,
  jobs_list: () => [],
  replay_run: (args: Args) => {
    reconcile.answers.replay_run?.(args);
    return startJob('replay', 'October 2026', 64_000, {});
  },
  replay_trial: ({ request }: Args) => fake.replayTrial(request.partner, request.month),
  replay_adopt: ({ request }: Args) => ({
    decision: 43,
    trial: fake.replayTrial(request.partner, request.month),
  }),
  cdrs_open: ({ filter, sort }: Args) => open(filter, sort),
  cdrs_rows: ({ request }: Args) => rows(request.view, request.start, request.len),
  cdrs_facets: () => ({
    partners: [],
    months: [],
    buckets: [
      { value: 'matched', count: 868_114 },
      { value: 'differs', count: 44_207 },
      { value: 'missing_session', count: 15_961 },
      { value: 'duplicate', count: 6011 },
      { value: 'needs_tariff', count: 21_954 },
      { value: 'accepted', count: 19_003 + accepted.size },
      { value: 'settled', count: 24_750 },
    ],
  }),
  cdr_detail: ({ row }: Args) => detail(Number(row)),
  switches_list: () => pricing.SWITCHES,
  cdr_causes: ({ row }: Args) => pricing.causes(Number(row)),
  cdr_words: ({ request }: Args) => pricing.words(request as unknown as WordsRequest),
  whatif_versions: () => pricing.VERSIONS,
  whatif_replay: ({ question }: Args) => pricing.whatIfAnswer(question, detail(question.cdr)),
  whatif_keep: ({ request }: Args) => {
    const { what } = request as unknown as KeepWhatIf;
    kept.set(what.cdr, what);
    const row = fake.cdrRow(what.cdr - 1, accepted);
    return { decision: 41, count: 1, unchanged: 0, difference: [], rows: [row] };
  },
  statement_compare: ({ request }: Args) => statement(request as unknown as StatementRequest),
  partner_check_run: ({ request }: Args) =>
    checks.partnerCheck(request as unknown as PartnerCheckRequest),
  partner_check_save: () => checks.REPORT,
  partner_sample_save: () => checks.SAMPLED,
  tariffs_list: ({ partner }: Args) => tariffs.tariffs(partner),
  tariff_view: ({ request }: Args) => tariffs.tariff(request as unknown as TariffRequest),
  tariff_try: ({ request }: Args) => tariffs.tried(request as unknown as TryRequest),
  month_infer: ({ request }: Args) => tariffs.inferred(request as unknown as InferRequest),
  accept_differences: ({ request }: Args) => {
    const list: number[] =
      (request as unknown as { selection: { rows?: number[] } }).selection.rows ?? [];
    for (const row of list) accepted.add(row - 1);
    return {
      decision: 7,
      count: list.length,
      unchanged: 0,
      difference: [],
      rows: list.map((row) => fake.cdrRow(row - 1, accepted)),
    };
  },
  undo: (args: Args) => {
    const { decision } = args.request as unknown as { decision: number };
    if (decision > 1000) return reconcile.undo(decision);
    kept.clear();
    const list = [...accepted];
    accepted.clear();
    return {
      decision: 8,
      count: list.length,
      unchanged: 0,
      difference: [],
      rows: list.map((n) => fake.cdrRow(n, accepted)),
    };
  },
  audit_list: () =>
    ['issue', 'accept', 'undo', 'import', 'draft'].map((verb, i) => ({
      seq: 120 - i,
      at: `2026-11-2${i % 3}T09:1${i}:00Z`,
      actor: 'anna',
      verb,
      object: verb === 'issue' ? '2026-0110' : 'ELW-20261003-118833',
      reason: verb === 'accept' ? 'agreed by mail on 19 November' : '',
      details: {},
      undoable: verb === 'accept',
      undone_by: null,
      hash: 'ab12',
    })),
  audit_verify: () => ({ entries: 120, intact: true, first_broken: null }),
  settle_overview: () => fake.settle(issued, drafted),
  invoice_get: ({ invoice }: Args) => fake.invoiceDetail(invoice, issued),
  invoice_pdf: () => ({ name: '2026-0110.pdf', base64: SAMPLE_PDF }),
  invoice_save: () => '2026-0110.pdf',
  settle_draft: () => {
    drafted = true;
    return [fake.invoice(1, issued)];
  },
  settle_issue: ({ request }: Args) => {
    const ids: number[] = (request as unknown as { invoices: number[] }).invoices;
    for (const id of ids) issued.add(id);
    return { issued: ids.map((id) => fake.invoice(id, issued)), failed: [] };
  },
};

const servers: Record<string, (args: never) => unknown> = serverAnswers;

mockIPC((command, args) => (answers[command] ?? servers[command])?.(args as never), {
  shouldMockEvents: true,
});
void import('../main');
