import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { KeptDto } from '@/api/client';
import * as fake from '@/dev/fake';
import * as pricing from '@/dev/fakePricing';
import { listenForKeys } from '@/lib/keys';
import { testid } from '@/lib/testids';
import { callsOf, pretendCore, renderInBook, rows } from '@/lib/testing/core';
import { toasts } from '@/lib/toasts';
import { zoneOf } from '@/lib/zones';
import { DetailPanel } from './DetailPanel';
import { questionOf, supposedText } from './supposition';

const NOBODY: ReadonlySet<number> = new Set();
const differing = rows(0, 200).find((row) => row.bucket === 'differs') ?? fake.cdrRow(0, NOBODY);
const matching = rows(0, 200).find((row) => row.bucket === 'matched') ?? fake.cdrRow(0, NOBODY);
const PER_PERIOD = pricing.whatIf(differing.row, { policy: { step_mode: 'per_period' } });
const decided = (decision: number) => ({
  decision,
  count: 1,
  unchanged: 0,
  difference: [],
  rows: [differing],
});

function panel(answers: Parameters<typeof pretendCore>[0] = {}, row = differing.row) {
  const asked = pretendCore(answers);
  const close = () => undefined;
  renderInBook(<DetailPanel row={row} onClose={close} onAccept={close} />);
  return asked;
}

function withKept(kept: KeptDto) {
  return { cdr_detail: () => ({ ...fake.detail(differing), kept }) };
}

async function openWhatIf() {
  fireEvent.click(await screen.findByTestId(testid.whatifOpen));
  await screen.findByTestId(testid.whatif);
}

/** Adds a row; that can be done once the core has said what there is to read. */
async function addReading() {
  const add = screen.getByTestId(testid.whatifAdd);
  await waitFor(() => expect(add).toHaveProperty('disabled', false));
  fireEvent.click(add);
  await screen.findByText('Rounding up to steps');
}

/** Opens the section and supposes that every period is rounded up to its step. */
async function supposePerPeriod() {
  await openWhatIf();
  await addReading();
  fireEvent.change(screen.getByTestId(testid.whatifSwitch), { target: { value: 'step_mode' } });
  const reading = screen.getByTestId(testid.whatifReadingValue);
  fireEvent.change(reading, { target: { value: 'per_period' } });
  await waitFor(() =>
    expect(screen.getByTestId(testid.whatifVerdict).textContent).toContain('Matches'),
  );
}

describe('causes', () => {
  it('names the likely cause, what it gives, and the others on demand', async () => {
    panel();
    const cause = await screen.findByTestId(testid.cause);
    expect(cause.textContent).toContain('matches if every period is rounded up to its step');
    expect(cause.textContent).toContain('Gives every stated figure · €12.40 excl. VAT');
    expect(screen.queryByTestId(testid.causesEqual)).toBeNull();
    const others = screen.getByTestId(testid.causesOthers);
    expect(others.textContent).toBe('Other explanations (2)');
    fireEvent.click(others);
    const [, zone, gross] = screen.getAllByTestId(testid.cause);
    if (!zone || !gross) throw new Error('there are three causes');
    expect(within(zone).getByTestId(testid.causeTry)).toBeDefined();
    expect(within(gross).queryByTestId(testid.causeTry)).toBeNull();
  });

  it('tries a cause: the what-if opens filled in and is asked', async () => {
    const asked = panel();
    fireEvent.click(await screen.findByTestId(testid.causeTry));
    const verdict = await screen.findByTestId(testid.whatifVerdict);
    expect(verdict.textContent).toContain('Matches the stated price');
    expect(callsOf(asked, 'whatif_replay')).toEqual([{ question: PER_PERIOD }]);
    expect(screen.getByTestId(testid.whatifSwitch)).toHaveProperty('value', 'step_mode');
    await waitFor(() =>
      expect(screen.getByTestId(testid.whatifReadingValue)).toHaveProperty('value', 'per_period'),
    );
  });

  it('says that equal explanations cannot be told apart, and lists them', async () => {
    panel({ cdr_causes: ({ row }) => ({ ...pricing.causes(row), equally_simple: 2 }) });
    const equal = await screen.findByTestId(testid.causesEqual);
    expect(equal.textContent).toBe(
      '2 explanations fit equally well; the figures cannot tell them apart.',
    );
    expect(screen.getAllByTestId(testid.cause).length).toBe(2);
    expect(screen.getByTestId(testid.causesOthers).textContent).toBe('Other explanations (1)');
  });

  it('says so when nothing explains the figure', async () => {
    panel({ cdr_causes: () => ({ causes: [], equally_simple: 0, tried: 312 }) });
    const causes = await screen.findByTestId(testid.causes);
    await waitFor(() => expect(causes.textContent).toContain('312 prices tried'));
    expect(causes.textContent).toContain('No reading of the tariff that we know');
  });

  it('asks for none where the price matches', async () => {
    const asked = panel({}, matching.row);
    await screen.findByTestId(testid.whatifOpen);
    expect(screen.queryByTestId(testid.causes)).toBeNull();
    expect(callsOf(asked, 'cdr_causes')).toEqual([]);
  });
});

describe('what if', () => {
  it('opens by its key and asks for nothing until something is supposed', async () => {
    const stop = listenForKeys();
    const asked = panel();
    await screen.findByTestId(testid.whatifOpen);
    expect(callsOf(asked, 'switches_list')).toEqual([]);
    fireEvent.keyDown(document.body, { key: 'w' });
    await screen.findByTestId(testid.whatif);
    await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId(testid.whatifOpen)));
    expect(callsOf(asked, 'whatif_replay')).toEqual([]);
    expect(screen.getByTestId(testid.whatifKeep)).toHaveProperty('disabled', true);
    stop();
  });

  it('asks the core what a reading changes and shows figures and lines', async () => {
    const asked = panel();
    await supposePerPeriod();
    expect(callsOf(asked, 'whatif_replay').at(-1)).toEqual({ question: PER_PERIOD });
    expect(screen.getByTestId(testid.whatifNow).textContent).toBe('€11.98');
    expect(screen.getByTestId(testid.whatifSupposed).textContent).toBe('€12.40');
    expect(screen.getByTestId(testid.whatifChange).textContent).toBe('+€0.42');
    const lines = screen.getAllByTestId(testid.whatifLine);
    expect(lines.length).toBe(7);
    expect(lines.filter((line) => line.dataset.changed === 'true')).toEqual([lines[1]]);
    expect(lines[1]?.textContent).toContain('4.2 kWh × €0.52 / kWh');
    expect(lines[1]?.textContent).toContain('€2.605 kWh × €0.52 / kWh');
    expect(lines[1]?.textContent).toContain('+€0.416');
  });

  it('asks with version, zone and rounding together; a half-typed zone stays out', async () => {
    const asked = panel();
    await openWhatIf();
    await screen.findByText(/ELW-DAY-NIGHT-2/);
    fireEvent.change(screen.getByTestId(testid.whatifTariff), { target: { value: '12' } });
    const zone = screen.getByTestId(testid.whatifZone);
    expect(zone).toHaveProperty('placeholder', 'Europe/Amsterdam');
    fireEvent.change(zone, { target: { value: 'Europe/Ber' } });
    expect(zone.getAttribute('aria-invalid')).toBe('true');
    fireEvent.change(zone, { target: { value: 'europe/berlin' } });
    await addReading();
    fireEvent.change(screen.getByTestId(testid.whatifSwitch), { target: { value: 'rounding' } });
    fireEvent.change(screen.getByTestId(testid.whatifStage), { target: { value: 'per_line' } });
    fireEvent.change(screen.getByTestId(testid.whatifMode), { target: { value: 'half_even' } });
    await waitFor(() =>
      expect(callsOf(asked, 'whatif_replay').at(-1)).toEqual({
        question: {
          cdr: differing.row,
          policy: { rounding: 'per_line,2,half_even' },
          time_zone: 'Europe/Berlin',
          tariff: 12,
        },
      }),
    );
    const zones = callsOf(asked, 'whatif_replay').map((call) => call.question.time_zone);
    expect(new Set(zones)).toEqual(new Set([null, 'Europe/Berlin']));
    await waitFor(() =>
      expect(screen.getByTestId(testid.whatifKeep)).toHaveProperty('disabled', false),
    );
    expect(screen.getByTestId(testid.whatifRule)).toHaveProperty('disabled', true);
    fireEvent.click(screen.getByTestId(testid.whatifReset));
    expect(screen.queryByTestId(testid.whatifAnswer)).toBeNull();
    expect(screen.queryByTestId(testid.whatifReading)).toBeNull();
  });

  it('takes a reading out again', async () => {
    const asked = panel();
    await supposePerPeriod();
    fireEvent.change(screen.getByTestId(testid.whatifTariff), { target: { value: '31' } });
    fireEvent.click(screen.getByTestId(testid.whatifRemove));
    await waitFor(() =>
      expect(callsOf(asked, 'whatif_replay').at(-1)).toEqual({
        question: pricing.whatIf(differing.row, { tariff: 31 }),
      }),
    );
  });

  it('keeps with a reason and takes it back', async () => {
    const asked = panel({ whatif_keep: () => decided(41), undo: () => decided(42) });
    await supposePerPeriod();
    fireEvent.click(screen.getByTestId(testid.whatifKeep));
    const confirm = await screen.findByTestId(testid.whatifKeepConfirm);
    expect(confirm).toHaveProperty('disabled', true);
    await userEvent.type(screen.getByTestId(testid.whatifReason), ' they confirmed it ');
    fireEvent.click(confirm);
    await waitFor(() => expect(toasts.get().length).toBe(1));
    expect(callsOf(asked, 'whatif_keep')).toEqual([
      { request: { what: PER_PERIOD, reason: 'they confirmed it' } },
    ]);
    await waitFor(() => expect(callsOf(asked, 'cdr_detail').length).toBe(2));
    await waitFor(() => expect(screen.queryByTestId(testid.whatifAnswer)).toBeNull());
    toasts.get()[0]?.undo?.();
    await waitFor(() => expect(callsOf(asked, 'undo')[0].request.decision).toBe(41));
  });

  it('says what stops it from being kept, and leaves it as it was', async () => {
    panel({
      whatif_keep: () => {
        throw { code: 'invoiced', retry: 'no', text: 'on an invoice', params: {} };
      },
    });
    await supposePerPeriod();
    fireEvent.click(screen.getByTestId(testid.whatifKeep));
    await userEvent.type(await screen.findByTestId(testid.whatifReason), 'why not');
    fireEvent.click(screen.getByTestId(testid.whatifKeepConfirm));
    expect((await screen.findByRole('alert')).textContent).not.toBe('');
    expect(toasts.get()).toEqual([]);
    expect(screen.getByTestId(testid.whatifReading)).toBeDefined();
  });

  it('makes readings the rule of the partner beside those agreed, and replays it', async () => {
    const agreed = { tier_mode: 'whole', step_mode: 'off' };
    const partners = fake.partners().map((one) => ({ ...one, policy: agreed }));
    const asked = panel({
      partners_list: () => partners,
      partner_set: ({ partner }) => partner,
      replay_run: () => fake.job({ kind: 'replay' }),
    });
    await supposePerPeriod();
    await waitFor(() =>
      expect(screen.getByTestId(testid.whatifRule)).toHaveProperty('disabled', false),
    );
    fireEvent.click(screen.getByTestId(testid.whatifRule));
    await waitFor(() => expect(toasts.get().length).toBe(1));
    const before = partners.find((one) => one.key === differing.partner);
    expect(callsOf(asked, 'partner_set')).toEqual([
      { partner: { ...before, policy: { tier_mode: 'whole', step_mode: 'per_period' } } },
    ]);
    await waitFor(() =>
      expect(callsOf(asked, 'replay_run')).toEqual([{ partner: differing.partner, month: null }]),
    );
    toasts.get()[0]?.undo?.();
    await waitFor(() => expect(callsOf(asked, 'replay_run').length).toBe(2));
    expect(callsOf(asked, 'partner_set')[1].partner.policy).toEqual(agreed);
  });
});

describe('a price kept by decision', () => {
  const kept = pricing.kept({ ...PER_PERIOD, time_zone: 'Europe/Berlin' });

  it('is said at the top, with who and why', async () => {
    panel(withKept(kept));
    const notice = await screen.findByTestId(testid.kept);
    expect(notice.textContent).toContain('Rounding up to steps: every period');
    expect(notice.textContent).toContain('Time zone: Europe/Berlin');
    expect(notice.textContent).toContain('By anna on');
    expect(notice.textContent).toContain('confirmed by mail on 19 November');
  });

  it('is where the next what-if starts, and what it is reset to', async () => {
    const asked = panel(withKept(kept));
    await openWhatIf();
    await waitFor(() => expect(callsOf(asked, 'whatif_replay')).toEqual([{ question: kept.what }]));
    fireEvent.click(screen.getByTestId(testid.whatifRemove));
    await waitFor(() =>
      expect(callsOf(asked, 'whatif_replay').at(-1)?.question.policy).toEqual({}),
    );
    fireEvent.click(screen.getByTestId(testid.whatifReset));
    await waitFor(() =>
      expect(callsOf(asked, 'whatif_replay').at(-1)).toEqual({ question: kept.what }),
    );
  });

  it('is taken back by its decision', async () => {
    const asked = panel({ ...withKept(kept), undo: () => decided(42) });
    fireEvent.click(await screen.findByTestId(testid.keptUndo));
    await waitFor(() =>
      expect(callsOf(asked, 'undo')).toEqual([{ request: { decision: 41, reason: '' } }]),
    );
    await waitFor(() => expect(callsOf(asked, 'cdr_detail').length).toBe(2));
  });
});

describe('the price in words', () => {
  it('asks only when open, in the chosen language and for the chosen reader', async () => {
    const asked = panel();
    const open = await screen.findByTestId(testid.wordsOpen);
    expect(callsOf(asked, 'cdr_words')).toEqual([]);
    fireEvent.click(open);
    await screen.findByText('That costs €11.98 without VAT.');
    fireEvent.change(screen.getByTestId(testid.wordsLanguage), { target: { value: 'de' } });
    fireEvent.change(screen.getByTestId(testid.wordsReader), { target: { value: 'auditor' } });
    await screen.findByText('Das kostet 11,98 € ohne MwSt.');
    expect(callsOf(asked, 'cdr_words').at(-1)).toEqual({
      request: { cdr: differing.row, language: 'de', reader: 'auditor' },
    });
    fireEvent.click(open);
    fireEvent.click(open);
    expect(screen.getByTestId(testid.wordsLanguage)).toHaveProperty('value', 'de');
  });
});

describe('suppositions', () => {
  it('leaves out what is not chosen yet', () => {
    const supposed = { tariff: null, zone: ' ', readings: [['', ''] as const] };
    expect(questionOf(5, supposed)).toEqual(pricing.whatIf(5));
  });

  it('knows zones as the core spells them', () => {
    expect(zoneOf('europe/amsterdam')).toBe('Europe/Amsterdam');
    expect(zoneOf('Europe/Amster')).toBeNull();
  });

  it('has words for every switch and every reading', () => {
    for (const { name, readings } of pricing.SWITCHES) {
      const readable = name === 'rounding' ? ['none,4,half_up', 'per_line,2,up'] : readings;
      for (const reading of readable) {
        const text = supposedText(pricing.whatIf(1, { policy: { [name]: reading } }));
        expect(text, reading).toMatch(/^[A-Z].+: .+/);
        expect(text).not.toContain('_');
        expect(text, reading).not.toContain(`: ${reading.replaceAll('_', ' ')}`);
      }
    }
  });
});
