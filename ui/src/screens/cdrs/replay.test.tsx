import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import * as fake from '@/dev/fake';
import { testid } from '@/lib/testids';
import { callsOf, pretendCore, renderInBook, rows } from '@/lib/testing/core';
import { toasts } from '@/lib/toasts';
import { ExplorerScreen } from './ExplorerScreen';

const request = { partner: 'NL-ELW', month: '2026-10' };
const shown = fake.replayTrial(request.partner, request.month);

async function openReplay() {
  window.location.hash = '#/cdrs?partner=NL-ELW&month=2026-10';
  renderInBook(<ExplorerScreen />);
  fireEvent.click(await screen.findByTestId(testid.replayOpen));
  return screen.findByTestId(testid.replaySummary);
}

describe('replaying a month again', () => {
  it('shows what would change before it is adopted, and adopts what was shown', async () => {
    const asked = pretendCore({
      undo: () => ({ decision: 44, count: 3, unchanged: 0, difference: [], rows: [] }),
    });
    const summary = await openReplay();
    expect(summary.textContent).toContain('41,200 CDRs looked at, 1,204 priced again');
    expect(summary.textContent).toContain('3 CDRs: matches → differs');
    expect(summary.textContent).toContain('Already settled: 1');
    const changes = within(summary).getAllByTestId(testid.replayChange);
    expect(changes[0]?.textContent).toBe(`${shown.rows[0]?.id}€4.00€4.50+€0.50`);
    expect(callsOf(asked, 'replay_trial')).toEqual([{ request }]);
    expect(callsOf(asked, 'replay_adopt')).toEqual([]);

    const act = screen.getByTestId<HTMLButtonElement>(testid.replayAdopt);
    expect(act.textContent).toContain('Adopt 3 new prices');
    expect(act.disabled, 'a decision says why').toBe(true);
    await userEvent.type(screen.getByTestId(testid.replayReason), ' late tariff ');
    fireEvent.click(act);
    await waitFor(() => expect(screen.queryByTestId(testid.replayAdopt)).toBeNull());
    const adoption = { ...request, reason: 'late tariff', shown: shown.sha256 };
    expect(callsOf(asked, 'replay_adopt')).toEqual([{ request: adoption }]);
    const toast = toasts.get().at(-1);
    expect(toast?.text).toBe('Adopted 3 new prices');
    toast?.undo?.();
    await waitFor(() => expect(callsOf(asked, 'undo').length).toBe(1));
    expect(callsOf(asked, 'undo')[0].request.decision).toBe(43);
  });

  it('says where nothing changes and has nothing to adopt', async () => {
    const none = { ...shown, priced: 0, changed: 0, settled: 0, moves: [], sums: [], rows: [] };
    pretendCore({ replay_trial: () => none });
    const summary = await openReplay();
    expect(summary.textContent).toContain('No price changes');
    expect(screen.getByTestId<HTMLButtonElement>(testid.replayAdopt).disabled).toBe(true);
  });

  it('keeps the dialog and says why when the month moved on', async () => {
    const problem = { code: 'replay_moved', retry: 'after_change', text: 'moved', params: {} };
    pretendCore({
      replay_adopt: () => {
        throw problem;
      },
    });
    await openReplay();
    await userEvent.type(screen.getByTestId(testid.replayReason), 'late tariff');
    fireEvent.click(screen.getByTestId(testid.replayAdopt));
    expect(await screen.findByText(/not what was shown any more/)).toBeTruthy();
  });

  it('lists the earlier results of a CDR in its history', async () => {
    const row = rows(0, 1)[0] ?? fake.cdrRow(0, new Set());
    window.location.hash = `#/cdrs?cdr=${row.row}`;
    const was = shown.rows[0]?.before;
    const earlier = [
      { replaced_at: '2026-11-28T09:00:00Z', decision: 43, was },
      { replaced_at: '2026-11-02T09:00:00Z', decision: null, was },
    ];
    pretendCore({ cdr_detail: () => ({ ...fake.detail(row), earlier }) });
    renderInBook(<ExplorerScreen />);
    const lines = await screen.findAllByTestId(testid.earlierPrice);
    expect(lines.map((line) => line.textContent?.includes('€4.00'))).toEqual([true, true]);
    expect(lines[0]?.textContent).toContain('Until the decision 43');
    expect(lines[1]?.textContent).toContain('Until new facts came');
  });
});
