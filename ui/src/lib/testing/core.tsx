/** A pretended core for tests: answers by command name, and a record of what was asked. */

import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { render } from '@testing-library/react';
import type { ReactElement } from 'react';
import { onTestFinished } from 'vitest';
import * as fake from '@/dev/fake';
import * as checks from '@/dev/fakeCheck';
import * as servers from '@/dev/fakeConnect';
import * as exports from '@/dev/fakeExports';
import * as pricing from '@/dev/fakePricing';
import { FakeReconcile } from '@/dev/fakeReconcile';
import { statement } from '@/dev/fakeStatement';
import * as tariffs from '@/dev/fakeTariffs';
import { BookProvider, makeBook } from '@/lib/book';

// biome-ignore lint/suspicious/noExplicitAny: each command has its own arguments
type Answer = (args: any) => unknown;

export interface Asked {
  command: string;
  // biome-ignore lint/suspicious/noExplicitAny: each command has its own arguments
  args: any;
}

const NOBODY: ReadonlySet<number> = new Set();

/** Answers enough for any screen to render; a test overrides what it is about. */
export const usual: Record<string, Answer> = {
  book_info: () => fake.BOOK,
  partners_list: () => fake.partners(),
  jobs_list: () => [],
  close_board: ({ request }) => fake.board(request.month, request.partner),
  export_count: () => exports.COUNT,
  import_list: () => fake.imports(),
  import_problems: () => fake.PROBLEM_KINDS,
  templates_list: () => [],
  replay_trial: ({ request }) => fake.replayTrial(request.partner, request.month),
  replay_adopt: ({ request }) => ({
    decision: 43,
    trial: fake.replayTrial(request.partner, request.month),
  }),
  cdrs_open: () => ({
    view: 1,
    count: 1000,
    energy_kwh: '41200.5',
    sums: [
      { currency: 'EUR', count: 990, stated: '100.10', replayed: '99.10', difference: '1.00' },
      { currency: 'SEK', count: 10, stated: '7.00', replayed: '7.00', difference: '0' },
    ],
    rows: rows(0, 200),
  }),
  cdrs_rows: ({ request }) => rows(request.start, request.len),
  cdrs_facets: () => ({
    partners: [],
    months: [],
    buckets: [{ value: 'differs', count: 41 }],
  }),
  cdr_detail: ({ row }) => fake.detail(fake.cdrRow(row - 1, NOBODY)),
  switches_list: () => pricing.SWITCHES,
  cdr_causes: ({ row }) => pricing.causes(row),
  cdr_words: ({ request }) => pricing.words(request),
  whatif_versions: () => pricing.VERSIONS,
  whatif_replay: ({ question }) =>
    pricing.whatIfAnswer(question, fake.detail(fake.cdrRow(question.cdr - 1, NOBODY))),
  statement_compare: ({ request }) => statement(request),
  partner_check_run: ({ request }) => checks.partnerCheck(request),
  partner_check_save: () => checks.REPORT,
  partner_sample_save: () => checks.SAMPLED,
  ...new FakeReconcile().answers,
  tariffs_list: ({ partner }) => tariffs.tariffs(partner),
  tariff_view: ({ request }) => tariffs.tariff(request),
  tariff_try: ({ request }) => tariffs.tried(request),
  month_infer: ({ request }) => tariffs.inferred(request),
  settle_overview: () => fake.settle(NOBODY, false),
  invoice_get: ({ invoice }) => fake.invoiceDetail(invoice, NOBODY),
  audit_list: () => [],
  vault_state: () => servers.vault(),
  connection_get: ({ partner }) => servers.noConnection(partner),
  push_queue: () => servers.pushQueue(),
};

export function rows(start: number, len: number) {
  return Array.from({ length: Math.max(0, Math.min(len, 1000 - start)) }, (_, i) =>
    fake.cdrRow(start + i, NOBODY),
  );
}

/** Pretends the core for one test; returns what was asked so far. */
export function pretendCore(answers: Record<string, Answer> = {}): Asked[] {
  const asked: Asked[] = [];
  const all = { ...usual, ...answers };
  mockIPC(
    (command, args) => {
      asked.push({ command, args });
      const answer = all[command];
      if (!answer) throw `${command} not allowed`;
      return answer(args);
    },
    { shouldMockEvents: true },
  );
  onTestFinished(() => clearMocks());
  return asked;
}

/** Renders a screen inside the open book. */
export function renderInBook(screen: ReactElement) {
  const book = makeBook(fake.BOOK, fake.partners());
  return render(<BookProvider book={book}>{screen}</BookProvider>);
}

/** The arguments of each call of a command. */
export function callsOf(asked: readonly Asked[], command: string) {
  return asked.filter((one) => one.command === command).map((one) => one.args);
}
