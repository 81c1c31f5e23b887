import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import * as fake from '@/dev/fake';
import { t } from '@/i18n';
import { ALL } from '@/lib/commands';
import { address } from '@/lib/router';
import { testid } from '@/lib/testids';
import { callsOf, pretendCore } from '@/lib/testing/core';
import { toast } from '@/lib/toasts';
import { App } from './App';
import { nearMonth } from './months';
import { paletteItems, score } from './paletteItems';

async function open(hash = '#/home?month=2026-10') {
  window.location.hash = hash;
  render(<App />);
  await screen.findByTestId(testid.rail);
}

describe('the shell', () => {
  it('opens on the newest month, says it is a demo, and shows only what works', async () => {
    pretendCore();
    await open('');
    await waitFor(() => expect(address().month).toBe('2026-10'));
    expect(screen.getByTestId(testid.demoBanner)).toBeTruthy();
    for (const name of ['home', 'import', 'cdrs', 'settle', 'partners', 'audit']) {
      expect(screen.getByTestId(testid.railItem(name))).toBeTruthy();
    }
    expect(screen.queryByText('Disputes')).toBeNull();
  });

  it('goes to screens by key and keeps partner and month', async () => {
    pretendCore();
    await open('#/home?partner=NL-ELW&month=2026-10');
    fireEvent.keyDown(document.body, { key: 'g' });
    fireEvent.keyDown(document.body, { key: 's' });
    await screen.findByTestId(testid.settleScreen);
    expect(address()).toMatchObject({ partner: 'NL-ELW', month: '2026-10' });
    fireEvent.keyDown(document.body, { key: '[' });
    expect(address().month).toBe('2026-09');
  });

  it('explains a book that cannot be opened', async () => {
    pretendCore({
      book_info: () => {
        throw { code: 'book_locked', retry: 'later', text: 'pid 7', params: {} };
      },
    });
    render(<App />);
    expect(await screen.findByText('Another program has this book open.')).toBeTruthy();
    expect(screen.getByTestId(testid.problemCode).textContent).toBe('book_locked: pid 7');
  });

  it('keeps the window usable when a screen has a bug', async () => {
    pretendCore({ close_board: () => ({ rows: [{}] }) });
    const quiet = vi.spyOn(console, 'error').mockImplementation(() => {});
    await open('#/home');
    expect(await screen.findByText('Something went wrong that should not.')).toBeTruthy();
    fireEvent.click(screen.getByTestId(testid.railItem('settle')));
    await screen.findByTestId(testid.settleScreen);
    quiet.mockRestore();
  });

  it('finds commands, partners, months and CDRs in the palette', async () => {
    const asked = pretendCore();
    await open();
    fireEvent.keyDown(document.body, { key: 'k', ctrlKey: true });
    const input = await screen.findByTestId(testid.paletteInput);
    await userEvent.type(input, 'rheinstrom{Enter}');
    await waitFor(() => expect(address().partner).toBe('DE-RHS'));
    fireEvent.keyDown(document.body, { key: 'k', ctrlKey: true });
    await userEvent.type(await screen.findByTestId(testid.paletteInput), 'ELW-2026');
    await waitFor(() => expect(callsOf(asked, 'cdrs_open')[0]?.filter.text).toBe('ELW-2026'));
    await waitFor(() =>
      expect(screen.getAllByTestId(testid.paletteItem).length).toBeGreaterThan(3),
    );
  });

  it('shows every key in the help, from the one list', async () => {
    pretendCore();
    await open();
    // On a busy machine the keys may be heard a little later than the rail is drawn.
    const help = await waitFor(() => {
      if (!screen.queryByTestId(testid.help)) fireEvent.keyDown(document.body, { key: '?' });
      return screen.getByTestId(testid.help);
    });
    for (const command of ALL.filter((one) => one.keys.length > 0)) {
      expect(help.textContent).toContain(t.command[command.id]);
    }
  });

  it('undoes from the toast and by key', async () => {
    pretendCore();
    await open();
    const undo = vi.fn();
    toast('Accepted 1 difference', { undo });
    fireEvent.click(await screen.findByTestId(testid.toastUndo));
    expect(undo).toHaveBeenCalledTimes(1);
    expect(screen.queryByTestId(testid.toast)).toBeNull();
    toast('Accepted 2 differences', { undo });
    await screen.findByTestId(testid.toast);
    fireEvent.keyDown(document.body, { key: 'u' });
    expect(undo).toHaveBeenCalledTimes(2);
  });

  it('shows running work in the tray and cancels it', async () => {
    const asked = pretendCore({ job_cancel: () => null });
    await open();
    const { emit } = await import('@tauri-apps/api/event');
    const job = fake.job({ id: 9, label: 'sept.xlsx', done: 41_200, total: 100_000, findings: 3 });
    await emit('job-changed', job);
    const row = await screen.findByTestId(testid.job);
    expect(row.textContent).toContain('Importing sept.xlsx');
    expect(row.textContent).toContain('41,200 of 100,000 records · 3 findings');
    fireEvent.click(screen.getByTestId(testid.jobCancel));
    await waitFor(() => expect(callsOf(asked, 'job_cancel')).toEqual([{ job: 9 }]));
    await emit('job-changed', { ...job, state: 'cancelled' });
    await waitFor(() => expect(row.textContent).toContain('Cancelled'));
  });
});

describe('the palette', () => {
  it('ranks word starts first and needs every word', () => {
    expect(score('Go to Settle', 'set')).toBe(2);
    expect(score('Go to Settle', 'ettle')).toBe(1);
    expect(score('Go to Settle', 'go home')).toBe(0);
  });

  it('offers only what can be run now', () => {
    const help = ALL.filter((command) => command.id === 'help');
    const items = paletteItems('', help, fake.BOOK);
    expect(items.map((item) => item.id)).toEqual(['help']);
    expect(paletteItems('october', help, fake.BOOK).map((item) => item.id)).toEqual([
      'month-2026-10',
      'month-2025-10',
      'find',
    ]);
  });
});

it('steps over months that hold nothing', () => {
  const months = ['2026-10', '2026-08', '2026-05'];
  expect(nearMonth(months, '2026-08', 1)).toBe('2026-10');
  expect(nearMonth(months, '2026-08', -1)).toBe('2026-05');
  expect(nearMonth(months, '2026-05', -1)).toBeNull();
  expect(nearMonth(months, null, -1)).toBe('2026-10');
});
