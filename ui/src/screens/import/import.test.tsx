import { emit } from '@tauri-apps/api/event';
import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { JobState } from '@/api/client';
import * as fake from '@/dev/fake';
import { address } from '@/lib/router';
import { testid } from '@/lib/testids';
import { callsOf, pretendCore } from '@/lib/testing/core';
import { App } from '@/shell/App';

const FILE = { token: 't1', name: 'okt.xlsx', bytes: '100' };
const NOBODY: ReadonlySet<number> = new Set();

/** Ids of jobs are never given twice, here as in the core. */
let lastJob = 100;

function answers(over: Partial<JobState> = {}) {
  lastJob += 2;
  const check = lastJob;
  return {
    pick_files: () => [FILE],
    import_preview: () => fake.preview('t1', 'okt.xlsx', NOBODY),
    import_check: () =>
      fake.job({ id: check, kind: 'check', state: 'finished', import: fake.IMPORT_RESULT }),
    import_run: () =>
      fake.job({
        id: check + 1,
        label: 'okt.xlsx',
        state: 'finished',
        import: { ...fake.IMPORT_RESULT, id: 4, file: 'okt.xlsx' },
        ...over,
      }),
  };
}

async function open() {
  window.location.hash = '#/import';
  render(<App />);
  return screen.findByTestId(testid.importScreen);
}

describe('taking an import back', () => {
  it('says what that means, and why it cannot be where it cannot', async () => {
    let refuse = true;
    const asked = pretendCore({
      ...answers(),
      import_list: () => fake.imports(),
      import_undo: ({ request }: { request: { import: number } }) => {
        if (refuse) {
          throw { code: 'import_billed', retry: 'after_change', text: '2026-0001', params: {} };
        }
        return { import: request.import, file: 'okt.xlsx', records: 12 };
      },
    });
    await open();
    const [first] = await screen.findAllByTestId(testid.importUndo);
    if (!first) throw new Error('there are imports');
    fireEvent.click(first);
    const act = await screen.findByTestId(testid.importUndoConfirm);
    fireEvent.click(act);
    await screen.findByText(/its CDRs are on issued invoices/);
    refuse = false;
    fireEvent.click(act);
    await waitFor(() => expect(screen.queryByTestId(testid.importUndoConfirm)).toBeNull());
    expect(callsOf(asked, 'import_undo')).toHaveLength(2);
  });
});

describe('importing a file', () => {
  it('goes from the file over its preview and consequence to what was odd', async () => {
    const asked = pretendCore(answers());
    await open();
    fireEvent.click(await screen.findByTestId(testid.importChoose));
    const line = await screen.findByTestId(testid.importConsequence);
    expect(line.textContent).toBe(
      '41,200 new · 310 already known · 12 corrections · 7 not readable',
    );
    expect(screen.getAllByTestId(testid.importPreviewRow).length).toBe(24);
    expect(screen.getByText('No number in the cell')).toBeTruthy();
    const run = screen.getByTestId(testid.importRun);
    expect(run.textContent).toContain('Import 41,200 new records');
    fireEvent.click(run);
    await screen.findByTestId(testid.importDone);
    expect(callsOf(asked, 'import_run')[0].request.token).toBe('t1');
    const groups = await screen.findAllByTestId(testid.importErrorGroup);
    expect(groups.map((group) => group.dataset.code)).toEqual([
      'not_a_number',
      'energy_mismatch',
      'schema_length',
    ]);
    fireEvent.click(screen.getAllByText('See these CDRs')[0] ?? run);
    expect(address()).toMatchObject({ screen: 'cdrs', params: { q: 'import:4' } });
  });

  it('asks for the partner where the file does not tell, and counts only then', async () => {
    const asked = pretendCore({
      ...answers(),
      import_preview: ({ request }) => ({
        ...fake.preview('t1', 'okt.xlsx', NOBODY),
        partner: null,
        needs_partner: request.partner === null,
      }),
    });
    await open();
    fireEvent.click(await screen.findByTestId(testid.importChoose));
    await screen.findByText(/does not say whose records/);
    expect(callsOf(asked, 'import_check')).toEqual([]);
    expect(screen.getByTestId(testid.importRun)).toHaveProperty('disabled', true);
    fireEvent.click(screen.getByTestId(testid.importPartner));
    fireEvent.click(await screen.findByTestId(testid.partnerOption('BE-VLC')));
    await screen.findByTestId(testid.importConsequence);
    expect(callsOf(asked, 'import_check')[0].request.partner).toBe('BE-VLC');
  });

  it('takes files dropped on any screen', async () => {
    pretendCore(answers());
    window.location.hash = '#/home?month=2026-10';
    render(<App />);
    await screen.findByTestId(testid.homeScreen);
    await emit('files-dropped', [FILE]);
    await screen.findByTestId(testid.importConsequence);
    expect(address().screen).toBe('import');
  });

  it('says in plain words why a file cannot be read', async () => {
    pretendCore({
      ...answers(),
      import_preview: () => {
        throw { code: 'file_not_understood', retry: 'no', text: 'PK header', params: {} };
      },
    });
    await open();
    fireEvent.click(await screen.findByTestId(testid.importChoose));
    expect(await screen.findByText('Tallywatt does not recognise this file.')).toBeTruthy();
    fireEvent.click(screen.getByText('Leave it'));
    await waitFor(() => expect(screen.queryByTestId(testid.problem)).toBeNull());
  });

  it('keeps what was done when it is cancelled', async () => {
    pretendCore(
      answers({
        state: 'cancelled',
        import: { ...fake.IMPORT_RESULT, id: 4, state: 'cancelled', new: 20_000 },
      }),
    );
    await open();
    fireEvent.click(await screen.findByTestId(testid.importChoose));
    await screen.findByTestId(testid.importConsequence);
    fireEvent.click(screen.getByTestId(testid.importRun));
    const done = await screen.findByTestId(testid.importDone);
    expect(done.textContent).toContain('Kept: 20,000 new');
  });
});
