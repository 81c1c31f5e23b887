import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import * as fake from '@/dev/fake';
import { listenForKeys } from '@/lib/keys';
import { address } from '@/lib/router';
import { testid } from '@/lib/testids';
import { callsOf, pretendCore, renderInBook, rows } from '@/lib/testing/core';
import { toasts } from '@/lib/toasts';
import { ExplorerScreen } from './ExplorerScreen';
import { explainAsText } from './explainText';
import { ticksOf, timelineModel } from './timelineModel';

const NOBODY: ReadonlySet<number> = new Set();
const differing = rows(0, 200).find((row) => row.bucket === 'differs') ?? fake.cdrRow(0, NOBODY);

describe('the explorer', () => {
  it('asks for the view of its address and shows counts and sums of the filter', async () => {
    window.location.hash = '#/cdrs?partner=NL-ELW&month=2026-10&q=differs+%3E0.50&sort=-stated';
    const asked = pretendCore();
    renderInBook(<ExplorerScreen />);
    const footer = await screen.findByTestId(testid.tableFooter);
    expect(callsOf(asked, 'cdrs_open')[0]).toMatchObject({
      filter: {
        partners: ['NL-ELW'],
        months: ['2026-10'],
        buckets: ['differs'],
        difference_above: '0.50',
      },
      sort: { column: 'stated', descending: true },
    });
    expect(footer.textContent).toContain('1,000 CDRs');
    expect(footer.textContent).toContain('€100.10');
    expect(footer.textContent).toContain('SEK');
    expect(screen.getAllByTestId(testid.filterChip).map((chip) => chip.textContent)).toEqual([
      'Differs',
      'Difference > 0.50',
    ]);
  });

  it('types, completes and applies a filter; partner and month go to the switcher', async () => {
    window.location.hash = '#/cdrs?month=2026-10';
    const asked = pretendCore();
    renderInBook(<ExplorerScreen />);
    const input = await screen.findByTestId(testid.filterInput);
    await userEvent.type(input, 'partner:rhe');
    expect(screen.getAllByTestId(testid.filterSuggestion).length).toBe(1);
    await userEvent.type(input, '{ArrowDown}{Enter}');
    await userEvent.type(input, 'dif{Tab}>2{Enter}');
    await waitFor(() =>
      expect(callsOf(asked, 'cdrs_open').at(-1)?.filter).toMatchObject({
        partners: ['DE-RHS'],
        months: ['2026-10'],
        buckets: ['differs'],
        difference_above: '2',
      }),
    );
    expect(address()).toMatchObject({ partner: 'DE-RHS', params: { q: 'differs >2' } });
  });

  it('names the filter that left nothing and offers to drop it', async () => {
    window.location.hash = '#/cdrs?q=duplicate';
    const nothing = { view: 2, count: 0, energy_kwh: '0', sums: [], rows: [] };
    pretendCore({ cdrs_open: () => nothing });
    renderInBook(<ExplorerScreen />);
    const empty = await screen.findByTestId(testid.empty);
    expect(empty.textContent).toContain('“duplicate” leaves nothing');
    fireEvent.click(within(empty).getByRole('button'));
    expect(address().params.q).toBeUndefined();
  });

  it('opens a CDR with Enter and comes back with Escape', async () => {
    window.location.hash = '#/cdrs?month=2026-10';
    pretendCore();
    const stop = listenForKeys();
    renderInBook(<ExplorerScreen />);
    await screen.findByTestId(testid.table);
    await waitFor(() => expect(screen.getAllByText(/-2026/).length).toBeGreaterThan(5));
    fireEvent.keyDown(screen.getByTestId(testid.table), { key: 'j' });
    fireEvent.keyDown(screen.getByTestId(testid.table), { key: 'Enter' });
    const panel = await screen.findByTestId(testid.detail);
    await waitFor(() => expect(panel.dataset.row).toBe('2'));
    fireEvent.keyDown(panel, { key: 'Escape' });
    await waitFor(() => expect(screen.queryByTestId(testid.detail)).toBeNull());
    stop();
  });

  it('says what the meter signed, and by how much the CDR differs from it', async () => {
    window.location.hash = `#/cdrs?cdr=${differing.row}`;
    const signed = {
      verdict: 'verified',
      text: 'verified',
      method: 'OCMF',
      begin_kwh: '100',
      end_kwh: '109.5',
      energy_kwh: '9.5',
      differs_kwh: '0.5',
    };
    pretendCore({ cdr_detail: () => ({ ...fake.detail(differing), signed }) });
    renderInBook(<ExplorerScreen />);
    const section = await screen.findByTestId(testid.signedMeter);
    expect(section.textContent).toContain('Verified');
    expect(section.textContent).toContain('whether it is this meter’s key');
    expect(section.textContent).toContain('From 100 to 109.5 kWh: 9.5 kWh');
    expect(section.textContent).toContain('states 0.5 kWh more');
  });

  it('marks the source that counts, says why another does not, and by how much the CDR is off', async () => {
    window.location.hash = `#/cdrs?cdr=${differing.row}`;
    const silent = (source: string, unfit: string) => ({
      source,
      told: null,
      local: null,
      unfit,
      detail: '',
    });
    const tells = (source: string, told: string, unfit: string | null = null) => ({
      source,
      told,
      local: null,
      unfit,
      detail: '',
    });
    const at = (seconds: string) => ({
      source: 'session',
      told: `2026-09-01T08:01:${seconds}Z`,
      local: `2026-09-01T10:01:${seconds}+02:00`,
      unfit: null,
      detail: '',
    });
    const truth = [
      {
        figure: 'energy',
        order: 'signed,session,cdr',
        sources: [
          tells('signed', '9.5', 'key_unknown'),
          silent('meter', 'no_register'),
          tells('session', '10.5'),
          tells('cdr', '10'),
        ],
        counts: 'session',
        difference: '-0.5',
        differs: true,
      },
      {
        figure: 'start',
        order: 'cdr',
        sources: [
          silent('signed', 'clock_not_set'),
          silent('meter', 'no_register'),
          at('00'),
          { ...at('01'), source: 'cdr' },
        ],
        counts: 'cdr',
        difference: '0',
        differs: false,
      },
    ];
    pretendCore({ cdr_detail: () => ({ ...fake.detail(differing), truth }) });
    renderInBook(<ExplorerScreen />);
    const signed = await screen.findByTestId(testid.truthSource('signed'));
    expect(signed.textContent).toContain('9.500 kWhkey unknown');
    expect(signed.textContent).toContain('clock not set');
    expect(within(signed).queryByText('counts')).toBeNull();
    const meter = screen.getByTestId(testid.truthSource('meter'));
    expect(meter.textContent?.match(/not told/g)).toHaveLength(1);
    const session = screen.getByTestId(testid.truthSource('session'));
    expect(within(session).getAllByText('counts')).toHaveLength(1);
    expect(session.textContent).toContain('10:01:00');
    const cdr = screen.getByTestId(testid.truthSource('cdr'));
    expect(cdr.textContent).toContain('10:01:01counts');
    expect(screen.getByTestId(testid.truthDiffers('energy')).textContent).toBe(
      'The CDR states 0.5 kWh less than the session, which counts.',
    );
    expect(screen.queryByTestId(testid.truthDiffers('start'))).toBeNull();
    expect(screen.getByTestId(testid.truth).textContent).toContain(
      'Agreed for the energy: signed reading, else session, else CDR.',
    );
  });

  it('accepts with a reason and offers undo', async () => {
    window.location.hash = `#/cdrs?cdr=${differing.row}`;
    const accepted = { ...differing, bucket: 'accepted' };
    const asked = pretendCore({
      accept_differences: () => ({
        decision: 7,
        count: 1,
        unchanged: 0,
        difference: [],
        rows: [accepted],
      }),
      undo: () => ({ decision: 8, count: 1, unchanged: 0, difference: [], rows: [differing] }),
    });
    renderInBook(<ExplorerScreen />);
    fireEvent.click(await screen.findByTestId(testid.acceptOpen));
    const confirm = await screen.findByTestId(testid.acceptConfirm);
    expect(confirm).toHaveProperty('disabled', true);
    await userEvent.type(screen.getByTestId(testid.acceptReason), 'agreed by mail');
    fireEvent.click(confirm);
    await waitFor(() => expect(toasts.get().length).toBe(1));
    expect(callsOf(asked, 'accept_differences')[0].request).toEqual({
      selection: { rows: [differing.row] },
      reason: 'agreed by mail',
    });
    toasts.get()[0]?.undo?.();
    await waitFor(() => expect(callsOf(asked, 'undo')[0].request.decision).toBe(7));
  });

  it('accepts everything that matches as a filter, not as a list', async () => {
    window.location.hash = '#/cdrs?month=2026-10&q=differs';
    const asked = pretendCore({
      accept_differences: () => ({
        decision: 7,
        count: 1000,
        unchanged: 0,
        difference: [],
        rows: [],
      }),
    });
    renderInBook(<ExplorerScreen />);
    fireEvent.click(await screen.findByTestId(testid.tableSelectAll));
    expect(screen.getByTestId(testid.selectionBar).textContent).toContain(
      'All 1,000 that match are selected',
    );
    fireEvent.click(screen.getByTestId(testid.acceptOpen));
    await userEvent.type(await screen.findByTestId(testid.acceptReason), 'within tolerance');
    fireEvent.click(screen.getByTestId(testid.acceptConfirm));
    await waitFor(() => expect(callsOf(asked, 'accept_differences').length).toBe(1));
    expect(callsOf(asked, 'accept_differences')[0].request.selection).toMatchObject({
      matching: { months: ['2026-10'], buckets: ['differs'] },
    });
  });
});

describe('explain this price', () => {
  it('shows stated, replayed, difference, lines with reasons, and the first that disagrees', async () => {
    window.location.hash = `#/cdrs?cdr=${differing.row}`;
    pretendCore();
    renderInBook(<ExplorerScreen />);
    const stated = await screen.findByTestId(testid.detailStated);
    expect(stated.textContent).toBe(`€${differing.stated}`);
    expect(screen.getByTestId(testid.detailReplayed).textContent).toBe(`€${differing.replayed}`);
    expect(screen.getByTestId(testid.detailBucket).textContent).toBe('Differs');
    const energy = screen.getByTestId(testid.partRow('energy'));
    expect(energy.textContent).toContain('First to disagree');
    const lines = screen.getAllByTestId(testid.pricedLine);
    expect(lines.length).toBe(7);
    const fourth = lines[4];
    if (!fourth) throw new Error('there are seven lines');
    expect(within(fourth).getByTestId(testid.pricedLineReasons).textContent).toContain(
      'Element 1: only until 18:00; it was 18:02',
    );
    fireEvent.click(within(fourth).getByRole('button'));
    expect(within(fourth).queryByTestId(testid.pricedLineReasons)).toBeNull();
    expect(screen.getAllByTestId(testid.pricedLineReasons).length).toBe(3);
    expect(lines[5]?.textContent).toContain('0.9 kWh → 0.95 kWh × €0.41 / kWh');
    expect(screen.getAllByTestId(testid.findingRow).length).toBe(2);
    expect(screen.getAllByTestId(testid.roundingRow).length).toBe(3);
  });

  it('reads as plain text for an e-mail', () => {
    const text = explainAsText(fake.detail(differing), 'Elwijk Mobility B.V.', true);
    expect(text).toContain(`CDR ${differing.id}, Elwijk Mobility B.V.`);
    expect(text).toContain('4.2 kWh x €0.52 / kWh = €2.184');
    expect(text).toContain('Element 1: only until 18:00; it was 18:02');
  });

  it('draws periods, lanes and boundaries where they lie', () => {
    const model = timelineModel(fake.detail(differing));
    expect(model.bars.length).toBe(6);
    expect(Math.max(...model.bars.map((bar) => bar.height))).toBe(1);
    expect(model.lanes.map((lane) => lane.lane)).toEqual(['energy', 'flat', 'parking']);
    expect(model.lanes[0]?.segments.map((one) => one.element)).toEqual([0, 1]);
    expect(model.boundaries.map((mark) => mark.seconds)).toContain(5400);
  });

  it('ticks at whole hours of the local clock', () => {
    const seconds = ticksOf('2026-09-03T14:05:00+02:00', 3 * 3600).map((tick) => tick.seconds);
    expect(seconds).toEqual([1500, 3300, 5100, 6900, 8700, 10_500]);
  });
});
