import { emit } from '@tauri-apps/api/event';
import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ExportRequest, JobState } from '@/api/client';
import { onJob } from '@/api/client';
import * as fake from '@/dev/fake';
import { COUNT, DONE } from '@/dev/fakeExports';
import { t } from '@/i18n';
import { applyJob } from '@/lib/jobs';
import { testid } from '@/lib/testids';
import { callsOf, pretendCore, renderInBook } from '@/lib/testing/core';
import { Toasts } from '@/shell/Toasts';
import { ExportOverlay } from './ExportOverlay';
import { exportRun } from './exportRun';
import { toRequest } from './request';

let job = fake.job({ kind: 'export', label: 'cdrs.ndjson', total: 41 });

beforeEach(() => {
  exportRun.set(null);
  // A job that has ended is known for ever.
  job = { ...job, id: job.id + 1 };
});

function open(hash: string, answers: Parameters<typeof pretendCore>[0] = {}) {
  window.location.hash = hash;
  const asked = pretendCore({ export_count: () => COUNT, export_run: () => job, ...answers });
  onJob(applyJob);
  renderInBook(
    <>
      <ExportOverlay />
      <Toasts />
    </>,
  );
  return asked;
}

function requests(asked: ReturnType<typeof pretendCore>, command: string): ExportRequest[] {
  return callsOf(asked, command).map((args) => args.request);
}

async function start() {
  await waitFor(() => expect(enabled(testid.exportConfirm)).toBe(true));
  fireEvent.click(screen.getByTestId(testid.exportConfirm));
}

function enabled(id: string): boolean {
  return !(screen.getByTestId(id) as HTMLButtonElement).disabled;
}

function choose(id: string, value: string) {
  fireEvent.change(screen.getByTestId(id), { target: { value } });
}

async function report(change: Partial<JobState>) {
  await act(() => emit('job-changed', { ...job, ...change }));
}

describe('exporting', () => {
  it('takes exactly the list that the explorer shows, and says first how many that is', async () => {
    const asked = open('#/cdrs?partner=NL-ELW&month=2026-09&q=differs&export=cdrs');
    const count = await screen.findByText('41 CDRs will go out.');
    expect(count.parentElement?.textContent).not.toContain('OCPI');
    expect(screen.getByTestId(testid.exportShown).textContent).toContain('Elwijk');
    expect(screen.getByTestId(testid.exportShown).textContent).toContain('Differs');
    expect(screen.queryByTestId(testid.exportPartner)).toBeNull();
    choose(testid.exportFormat, 'ndjson');
    choose(testid.exportVersion, '2.1.1');
    await start();
    await screen.findByTestId(testid.exportProgress);
    const [request] = requests(asked, 'export_run');
    expect(request).toMatchObject({ what: 'cdrs', format: 'ndjson', ocpi: '2.1.1' });
    expect(request?.partner).toBeNull();
    expect(request?.filter).toMatchObject({
      partners: ['NL-ELW'],
      months: ['2026-09'],
      buckets: ['differs'],
    });
  });

  it('asks whose records and of which month elsewhere', async () => {
    const asked = open('#/partners?who=DE-RHS&month=2026-09&export=sessions');
    await screen.findByTestId(testid.exportDialog);
    await waitFor(() =>
      expect(requests(asked, 'export_count').at(-1)).toMatchObject({
        what: 'sessions',
        format: 'json',
        partner: 'DE-RHS',
        month: '2026-09',
        filter: null,
      }),
    );
    choose(testid.exportWhat, 'tariffs');
    await waitFor(() =>
      expect(requests(asked, 'export_count').at(-1)).toMatchObject({
        what: 'tariffs',
        month: null,
      }),
    );
    expect(screen.queryByTestId(testid.exportMonth)).toBeNull();
  });

  it('names what was left out and what could not be said', async () => {
    open('#/cdrs?export=cdrs');
    await start();
    await screen.findByTestId(testid.exportProgress);
    await report({ state: 'finished', done: 41, export: DONE });
    const done = await screen.findByTestId(testid.exportDone);
    expect(done.textContent).toBe('40 CDRs written to cdrs.ndjson');
    const lacks = screen.getAllByTestId(testid.exportLack);
    expect(lacks.map((lack) => lack.dataset.kind)).toEqual(['left_out', 'lost', 'stood']);
    expect(lacks[0]?.textContent).toContain('Number of the card or app');
    expect(lacks[0]?.textContent).toContain('no record in the book states it');
    expect(lacks[1]?.textContent).toContain('Which tariff each charging period fell under');
    expect(lacks[1]?.textContent).toContain('40 records');
    expect(lacks[1]?.textContent).toContain('CDR-1, CDR-2 and 38 more');
    fireEvent.click(screen.getByTestId(testid.exportAgain));
    await screen.findByTestId(testid.exportCount);
  });

  it('goes on when it is closed, and its note leads back to what was lost', async () => {
    open('#/cdrs?export=cdrs');
    await start();
    fireEvent.click(await screen.findByTestId(testid.exportHide));
    await waitFor(() => expect(screen.queryByTestId(testid.exportDialog)).toBeNull());
    await report({ state: 'finished', export: DONE });
    const note = await screen.findByTestId(testid.toast);
    expect(note.textContent).toContain('40 CDRs written to cdrs.ndjson · 1 left out');
    fireEvent.click(screen.getByTestId(testid.toastShow));
    expect(await screen.findAllByTestId(testid.exportLack)).toHaveLength(3);
  });

  it('leaves no file when it is stopped', async () => {
    const asked = open('#/cdrs?export=cdrs', { job_cancel: () => null });
    await start();
    fireEvent.click(await screen.findByTestId(testid.exportCancel));
    await waitFor(() => expect(callsOf(asked, 'job_cancel')).toEqual([{ job: job.id }]));
    await report({ state: 'cancelled' });
    const said = await screen.findByTestId(testid.exportStopped);
    expect(said.textContent).toBe('Stopped. No file was written.');
  });

  it('stays as it was when nobody says where to', async () => {
    open('#/cdrs?export=cdrs', { export_run: () => null });
    await start();
    await waitFor(() => expect(enabled(testid.exportConfirm)).toBe(true));
    expect(screen.queryByTestId(testid.exportProgress)).toBeNull();
  });

  it('offers nothing where there is nothing', async () => {
    open('#/cdrs?export=cdrs', { export_count: () => ({ ...COUNT, records: 0 }) });
    await screen.findByText('Nothing to export here.');
    expect(enabled(testid.exportConfirm)).toBe(false);
  });

  it('asks whether old locations are public', async () => {
    const count = { ...COUNT, publish_unsaid: 3 };
    const asked = open('#/partners?export=locations', { export_count: () => count });
    await screen.findByTestId(testid.exportPublish);
    choose(testid.exportPublish, 'no');
    await waitFor(() => expect(requests(asked, 'export_count').at(-1)?.publish).toBe(false));
  });
});

describe('a request', () => {
  const draft = {
    format: 'xlsx',
    ocpi: '2.3.0',
    partner: 'NL-ELW',
    month: '2026-09',
    publish: 'yes',
  } as const;

  it('has a version exactly for JSON, and tables of CDRs only', () => {
    expect(toRequest({ ...draft, what: 'cdrs' }, null)).toMatchObject({ ocpi: null });
    const tariffs = toRequest({ ...draft, what: 'tariffs' }, null);
    expect(tariffs).toMatchObject({ format: 'json', ocpi: '2.3.0', month: null, publish: null });
    expect(toRequest({ ...draft, what: 'locations' }, null).publish).toBe(true);
  });

  it('says every reason there is in a sentence', () => {
    const reasons = [
      'unknown',
      'written_na',
      'written_unknown',
      'written_records',
      'empty',
      'too_long',
      'not_in_list',
      'not_in_version',
      'written_other',
      'too_fine',
      'not_kept',
      'gross_prices',
      'credit_before_2_2',
    ];
    for (const why of reasons) expect(t.exporting.why(why, '2.1.1'), why).toMatch(/\.$/);
    expect(t.exporting.field('location.evses[].floor_level')).toBe(
      'Floor level, of evses of location',
    );
    expect(t.exporting.bytes('999')).toBe('999 bytes');
    expect(t.exporting.bytes('12431')).toBe('12.4 kB');
  });
});
