/** Spreadsheets: what they ask, how they are read, what cannot be read, and templates. */

import { fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ImportRequest } from '@/api/client';
import * as fake from '@/dev/fake';
import * as sheets from '@/dev/fakeSheets';
import { testid } from '@/lib/testids';
import { type Asked, callsOf, pretendCore } from '@/lib/testing/core';
import { App } from '@/shell/App';
import { queue } from './queue';

const FILE = { token: 't1', name: 'sept 2026.xlsx', bytes: '100' };

/** Ids of jobs are never given twice, here as in the core. */
let lastJob = 900;

function nextJob(): number {
  lastJob += 1;
  return lastJob;
}

const KEPT = { name: 'sept', version: 1 };

type Answers = Parameters<typeof pretendCore>[0];

function answers(over: Answers = {}): Answers {
  const done = (kind: string, id: number | null) =>
    fake.job({
      id: nextJob(),
      kind,
      state: 'finished',
      import: { ...fake.IMPORT_RESULT, id, template: { ...sheets.TEMPLATE, ...KEPT } },
    });
  return {
    pick_files: () => [FILE],
    import_preview: ({ request }: { request: ImportRequest }) => sheets.unclear(request),
    import_check: () => done('check', null),
    import_run: () => done('import', 4),
    ...over,
  };
}

function checked(result: ReturnType<typeof sheets.withRejects>) {
  return () => fake.job({ id: nextJob(), kind: 'check', state: 'finished', import: result });
}

async function choose(over: Answers = {}): Promise<Asked[]> {
  const asked = pretendCore(answers(over));
  window.location.hash = '#/import';
  render(<App />);
  fireEvent.click(await screen.findByTestId(testid.importChoose));
  await screen.findByTestId(testid.importRun);
  return asked;
}

function lastRequest(asked: readonly Asked[], command = 'import_preview'): ImportRequest {
  return callsOf(asked, command).at(-1)?.request;
}

const pick = (id: string, value: string) =>
  fireEvent.change(screen.getByTestId(id), { target: { value } });

beforeEach(() => queue.set({ entries: [], current: null }));

describe('a file that can be read in two ways', () => {
  it('asks in plain words and is neither counted nor imported before it is answered', async () => {
    const asked = await choose();
    const questions = await screen.findAllByTestId(testid.question);
    expect(questions).toHaveLength(2);
    expect(questions[0]?.textContent).toContain(
      '“03/04/2026 08:00” in column “Start” can be 3 April 2026 or 4 March 2026. Which is it?',
    );
    expect(screen.getByLabelText(/^3 April 2026: the day comes first/)).toBeTruthy();
    expect(questions[1]?.textContent).toContain('The dot only groups the figures: 1234');
    const run = screen.getByTestId(testid.importRun);
    expect(run).toHaveProperty('disabled', true);
    expect(screen.getByTestId(testid.importBlocked).textContent).toBe(
      'Answer the questions above first.',
    );
    fireEvent.keyDown(document.body, { key: 'Enter', ctrlKey: true });
    expect(callsOf(asked, 'import_check')).toEqual([]);
    expect(callsOf(asked, 'import_run')).toEqual([]);
  });

  it('is read anew with each answer, and imported when all are there', async () => {
    const asked = await choose();
    fireEvent.click(await screen.findByTestId(testid.questionChoice('month_first')));
    await waitFor(() => expect(screen.getAllByTestId(testid.question)).toHaveLength(1));
    const order = { what: 'date_order', column: null, value: 'month_first', from: null };
    expect(lastRequest(asked).changes).toEqual([order]);
    fireEvent.click(screen.getByTestId(testid.questionChoice('comma')));
    await screen.findByTestId(testid.importConsequence);
    expect(screen.queryByTestId(testid.questions)).toBeNull();
    const sign = { what: 'decimal_sign', column: 'kWh', value: 'comma', from: null };
    expect(lastRequest(asked, 'import_check').changes).toEqual([order, sign]);
    expect(screen.getByTestId(testid.keep)).toHaveProperty('checked', true);
    expect(screen.getByTestId(testid.keepName)).toHaveProperty('value', 'sept');
    fireEvent.keyDown(document.body, { key: 'Enter', ctrlKey: true });
    await screen.findByText('Kept as template “sept”, version 1');
    expect(lastRequest(asked, 'import_run')).toMatchObject({
      changes: [order, sign],
      keep_as: 'sept',
    });
  });

  it('goes back by one answer, or to the beginning', async () => {
    const asked = await choose();
    fireEvent.click(await screen.findByTestId(testid.questionChoice('day_first')));
    await waitFor(() => expect(screen.getAllByTestId(testid.question)).toHaveLength(1));
    fireEvent.click(screen.getByTestId(testid.questionChoice('dot')));
    await screen.findByTestId(testid.importConsequence);
    fireEvent.click(screen.getByTestId(testid.changeUndo));
    await waitFor(() => expect(screen.getAllByTestId(testid.question)).toHaveLength(1));
    expect(lastRequest(asked).changes).toHaveLength(1);
    fireEvent.click(screen.getByTestId(testid.questionChoice('dot')));
    await screen.findByTestId(testid.importConsequence);
    fireEvent.click(screen.getByTestId(testid.startOver));
    await waitFor(() => expect(screen.getAllByTestId(testid.question)).toHaveLength(2));
    expect(lastRequest(asked).changes).toEqual([]);
    expect(screen.queryByTestId(testid.changes)).toBeNull();
  });
});

describe('the columns of a file', () => {
  it('are read as chosen, with their decimal sign and unit', async () => {
    const asked = await choose();
    const field = await screen.findByTestId(testid.mappingField('F'));
    expect(field).toHaveProperty('value', '');
    expect(within(field).getByRole('group', { name: 'Money' })).toBeTruthy();
    pick(testid.mappingField('F'), 'remark');
    await waitFor(() =>
      expect(screen.getByTestId(testid.mappingField('F'))).toHaveProperty('value', 'remark'),
    );
    pick(testid.mappingSign('D'), 'dot');
    await waitFor(() => expect(callsOf(asked, 'import_preview')).toHaveLength(3));
    pick(testid.mappingUnit('D'), 'wh');
    await waitFor(() => expect(callsOf(asked, 'import_preview')).toHaveLength(4));
    expect(lastRequest(asked).changes).toEqual([
      { what: 'column', column: 'Opmerking', value: 'remark', from: null },
      { what: 'decimal_sign', column: 'kWh', value: 'dot', from: null },
      { what: 'energy_unit', column: 'kWh', value: 'wh', from: null },
    ]);
    expect(screen.queryByTestId(testid.mappingSign('A'))).toBeNull();
  });

  it('are shown below the headings found, with what speaks for it', async () => {
    const asked = await choose();
    await screen.findByTestId(testid.reading);
    const marked = screen.getAllByTestId(testid.gridRow).filter((row) => {
      return row.dataset.heading === 'true';
    });
    expect(marked.map((row) => row.querySelector('td')?.textContent)).toEqual(['Laadsessie-ID']);
    screen.getByText('“13/10/2026” in row 11 exists, so the day comes first');
    pick(testid.setting('header'), '3-4');
    await waitFor(() => expect(lastRequest(asked).changes[0]?.value).toBe('3-4'));
    await screen.findByText('because you said so');
    pick(testid.setting('kind'), 'statement');
    await waitFor(() => expect(lastRequest(asked).kind).toBe('statement'));
    expect(lastRequest(asked).changes.map((one) => one.what)).toEqual(['header']);
    pick(testid.setting('zone'), 'other');
    pick(testid.setting('zone-name'), 'Europe/Lisbon');
    await waitFor(() => expect(lastRequest(asked).changes.at(-1)?.value).toBe('Europe/Lisbon'));
    pick(testid.setting('vat_rate'), 'much');
    screen.getByText('A number such as 21.');
    pick(testid.setting('vat_rate'), '9,5 %');
    fireEvent.blur(screen.getByTestId(testid.setting('vat_rate')));
    await waitFor(() => expect(lastRequest(asked).changes.at(-1)?.value).toBe('9.5'));
  });

  it('that make no records are said to be missing', async () => {
    const known = sheets.known();
    const sheet = { ...fake.sheetPreview(), has_records: false };
    const asked = await choose({ import_preview: () => ({ ...known, sheet }) });
    await screen.findByText(/A column for the start is missing, or one for an id/);
    expect(screen.getByTestId(testid.importRun)).toHaveProperty('disabled', true);
    expect(callsOf(asked, 'import_check')).toEqual([]);
  });

  it('mark the cells with a problem', async () => {
    await choose();
    const cells = [...document.querySelectorAll('[data-problem]')];
    expect(cells.map((cell) => cell.textContent)).toEqual(['“n/a”', expect.any(String)]);
  });
});

describe('templates', () => {
  it('that fit are named in one line, and opened when asked', async () => {
    const asked = await choose({ import_preview: () => sheets.known() });
    await screen.findByText('Read by template “Monthly”, version 2');
    await screen.findByTestId(testid.importConsequence);
    expect(screen.queryByTestId(testid.mappingRow)).toBeNull();
    expect(screen.queryByTestId(testid.keep)).toBeNull();
    const toggle = screen.getByTestId(testid.readingToggle);
    expect(toggle.getAttribute('aria-expanded')).toBe('false');
    fireEvent.click(toggle);
    expect(screen.getAllByTestId(testid.mappingRow)).toHaveLength(6);
    fireEvent.click(screen.getByTestId(testid.readingTemplate));
    fireEvent.click(await screen.findByTestId(testid.templateOption('')));
    await waitFor(() => expect(lastRequest(asked).template).toBe(''));
  });

  it('that drifted ask about the new column and the one that is gone', async () => {
    const asked = await choose({
      import_preview: ({ request }: { request: ImportRequest }) => sheets.drifted(request),
      templates_list: () => sheets.KEPT,
    });
    await screen.findByText('New in this file: “Opmerking”. Not in it any more: “Bedrag”.');
    await screen.findByText('It held: Amount without VAT');
    const [fresh, gone] = screen.getAllByTestId(testid.questionField);
    if (!fresh || !gone) throw new Error('both are asked about');
    expect(within(gone).getByText('Amount without VAT now stands in “Opmerking”')).toBeTruthy();
    fireEvent.change(gone, { target: { value: '' } });
    await waitFor(() => expect(screen.getAllByTestId(testid.question)).toHaveLength(1));
    expect(lastRequest(asked).changes).toEqual([
      { what: 'column', column: 'Bedrag', value: '', from: null },
    ]);
    fireEvent.change(screen.getByTestId(testid.questionField), { target: { value: 'remark' } });
    await screen.findByTestId(testid.importConsequence);
    expect(screen.getByTestId(testid.keepName)).toHaveProperty('value', 'Monthly');
    fireEvent.click(screen.getByTestId(testid.keep));
    fireEvent.click(screen.getByTestId(testid.importRun));
    await screen.findByTestId(testid.importDone);
    expect(lastRequest(asked, 'import_run').keep_as).toBeNull();
  });

  it('that do not fit are said to, with the way back', async () => {
    const asked = await choose({
      import_preview: ({ request }: { request: ImportRequest }) => {
        if (request.template === 'Yearly') {
          throw { code: 'template_unfit', retry: 'after_change', text: '', params: {} };
        }
        return sheets.unclear(request);
      },
    });
    fireEvent.click(await screen.findByTestId(testid.readingTemplate));
    fireEvent.click(await screen.findByTestId(testid.templateOption('Yearly')));
    const problem = await screen.findByTestId(testid.problem);
    expect(problem.textContent).toContain('The chosen template is for another kind of file.');
    fireEvent.click(within(problem).getByTestId(testid.changeUndo));
    await waitFor(() => expect(screen.queryByTestId(testid.problem)).toBeNull());
    expect(lastRequest(asked).template).toBeNull();
  });
});

describe('rows that cannot be read', () => {
  const known = () => sheets.known();

  it('are listed by kind with fixes for all of a kind', async () => {
    const asked = await choose({
      import_preview: known,
      import_check: () => checked(sheets.withRejects(sheets.GROUPS))(),
    });
    const groups = await screen.findAllByTestId(testid.rejectGroup);
    expect(groups).toHaveLength(3);
    expect(groups[0]?.textContent).toContain('No number in the cell “n/a” in column “kWh”');
    expect(groups[0]?.textContent).toContain('26 rows, first 31');
    const nothing = screen.getAllByTestId(testid.rejectNothing);
    expect(nothing).toHaveLength(2);
    const replace = { what: 'replace', column: 'kWh', value: '', from: 'n/a' };
    fireEvent.click(nothing[0] as HTMLElement);
    await waitFor(() => expect(lastRequest(asked).changes).toEqual([replace]));
    const [as] = await screen.findAllByTestId(testid.rejectAs);
    fireEvent.change(as as HTMLElement, { target: { value: '0' } });
    fireEvent.submit((as as HTMLElement).closest('form') as HTMLElement);
    await waitFor(() => expect(lastRequest(asked).changes).toEqual([{ ...replace, value: '0' }]));
    await waitFor(() => expect(screen.getAllByTestId(testid.rejectInstead)).toHaveLength(3));
    const net = screen.getAllByTestId(testid.rejectInstead)[2] as HTMLElement;
    fireEvent.change(net, { target: { value: 'F' } });
    await waitFor(() =>
      expect(lastRequest(asked).changes.at(-1)).toEqual({
        what: 'instead',
        column: 'Opmerking',
        value: 'net',
        from: null,
      }),
    );
  });

  it('are saved to be repaired, and told to come back', async () => {
    const result = { ...sheets.withRejects(sheets.GROUPS), id: 7 };
    const asked = await choose({
      import_preview: known,
      import_run: () =>
        fake.job({ id: nextJob(), kind: 'import', state: 'finished', import: result }),
      import_rejects: () => ({ path: '/tmp/sept-to-repair.xlsx', rows: 38 }),
      import_list: () => [],
    });
    await screen.findByTestId(testid.importConsequence);
    fireEvent.click(screen.getByTestId(testid.importRun));
    await screen.findByTestId(testid.importDone);
    expect(screen.getAllByTestId(testid.rejectGroup)).toHaveLength(3);
    expect(screen.queryByTestId(testid.rejectNothing)).toBeNull();
    fireEvent.click(screen.getByTestId(testid.rejectsSave));
    const saved = await screen.findByTestId(testid.rejectsSaved);
    expect(saved.textContent).toContain('38 rows saved to /tmp/sept-to-repair.xlsx.');
    expect(saved.textContent).toContain('drop it here to continue this import');
    expect(callsOf(asked, 'import_rejects')).toEqual([{ id: 7 }]);
  });

  it('can be saved from the history, which counts what was repaired', async () => {
    const asked = pretendCore(
      answers({ import_rejects: () => ({ path: '/tmp/again.xlsx', rows: 26 }) }),
    );
    window.location.hash = '#/import';
    render(<App />);
    const repaired = await screen.findAllByTestId(testid.rejectsRepaired);
    expect(repaired.map((one) => one.textContent)).toEqual([
      '6 of 19 repaired',
      '12 of 38 repaired',
    ]);
    fireEvent.click(screen.getAllByTestId(testid.historySave)[1] as HTMLElement);
    await screen.findByText(/26 rows saved/);
    expect(callsOf(asked, 'import_rejects')).toEqual([{ id: 1 }]);
  });

  it('continue their import when they come back, and are no template', async () => {
    const preview = known();
    const continues = { import: 7, file: 'sept.xlsx' };
    const sheet = { ...fake.sheetPreview(), continues };
    await choose({ import_preview: () => ({ ...preview, sheet }) });
    expect((await screen.findByTestId(testid.continues)).textContent).toBe(
      'Continues import 7 (sept.xlsx)',
    );
    fireEvent.click(screen.getByTestId(testid.readingToggle));
    pick(testid.mappingField('F'), 'remark');
    await screen.findByTestId(testid.changes);
    await waitFor(() => expect(screen.getByTestId(testid.keep)).toHaveProperty('checked', false));
  });
});

describe('transactions of chargers', () => {
  it('without a CDR are reviewed by reason, apart from those that become one', async () => {
    const result = sheets.withRejects(sheets.UNMADE, {
      id: 9,
      kind: 'transactions',
      format: 'ocpp_log',
    });
    const rejects = [{ sheet: '', row: 8, column: '', code: 'no_cdr_made', value: 'CB1 10' }];
    await choose({
      import_preview: () => sheets.transactions(),
      import_rejects: () => ({ path: '/tmp/log-to-repair.xlsx', rows: 15 }),
      import_check: () => checked(result)(),
      import_run: () =>
        fake.job({
          id: nextJob(),
          kind: 'import',
          state: 'finished',
          import: { ...result, rejects },
        }),
    });
    await screen.findByTestId(testid.importConsequence);
    screen.getByText('First 16 transactions as the CDRs they become');
    expect(screen.getAllByTestId(testid.importPreviewRow)).toHaveLength(16);
    const reasons = screen.getAllByTestId(testid.reviewReason);
    expect(reasons.map((one) => one.textContent)).toEqual([
      'No tariff of ours applies there: import our tariffs and locations.12, first no. 17',
      'No location of ours has this station.3, first no. 8',
    ]);
    fireEvent.click(screen.getByTestId(testid.importRun));
    await screen.findByTestId(testid.importDone);
    expect(screen.getAllByTestId(testid.reviewReason)).toHaveLength(2);
    expect(screen.getByTestId(testid.review).textContent).toContain('CB1 10');
    fireEvent.click(screen.getByTestId(testid.rejectsSave));
    const saved = await screen.findByTestId(testid.rejectsSaved);
    expect(saved.textContent).toContain('Import the file again once the cause is mended.');
    expect(screen.queryByTestId(testid.rejectGroup)).toBeNull();
  });
});
