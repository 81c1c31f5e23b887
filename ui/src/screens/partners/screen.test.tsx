import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import * as fake from '@/dev/fake';
import { address } from '@/lib/router';
import { testid } from '@/lib/testids';
import { callsOf, pretendCore } from '@/lib/testing/core';
import { App } from '@/shell/App';
import { requestOf, thisEvening } from './session';

async function open(hash: string) {
  window.location.hash = hash;
  render(<App />);
  await screen.findByTestId(testid.partnersScreen);
}

function type(testId: string, value: string) {
  fireEvent.change(screen.getByTestId(testId), { target: { value } });
}

const TARIFF = '#/partners?month=2026-10&who=NL-ELW&tab=tariffs&tariff=DAY-NIGHT';

describe('the partners screen', () => {
  it('is reached by key and shows the first partner with its agreement', async () => {
    pretendCore();
    window.location.hash = '#/home?month=2026-10';
    render(<App />);
    // The rail is there before the keys are listened to.
    await waitFor(() => {
      fireEvent.keyDown(document.body, { key: 'g' });
      fireEvent.keyDown(document.body, { key: 'p' });
      screen.getByTestId(testid.partnersScreen);
    });
    const first = await screen.findByTestId(testid.partnerItem('NL-ELW'));
    expect(first.getAttribute('aria-current')).toBe('true');
    expect(await screen.findByText('Standard readings throughout')).toBeTruthy();
    expect(screen.getByText('Havenkade 8, 1013 AP Utrecht, NL')).toBeTruthy();
    expect(screen.getByTestId(testid.partnerItem('BE-VLC')).textContent).toContain('Data missing');
  });

  it('shows the partner of the rail until another is chosen', async () => {
    pretendCore({
      partners_list: () =>
        fake.partners().map((one) => ({ ...one, policy: { step_mode: 'per_period' } })),
    });
    await open('#/partners?partner=DE-RHS&month=2026-10');
    expect(await screen.findByRole('heading', { name: /Rheinstrom/ })).toBeTruthy();
    expect(screen.getByText('Rounding up to steps')).toBeTruthy();
    expect(screen.getByText('every period')).toBeTruthy();
    fireEvent.click(screen.getByTestId(testid.partnerItem('BE-VLC')));
    expect(await screen.findByRole('heading', { name: /Vlaamse/ })).toBeTruthy();
    expect(address()).toMatchObject({ partner: 'DE-RHS', params: { who: 'BE-VLC' } });
    fireEvent.click(screen.getByTestId(testid.partnersTab('tariffs')));
    expect(await screen.findByText('No tariffs of this partner')).toBeTruthy();
  });

  it('leads to the import while there is no partner', async () => {
    pretendCore({ book_info: () => ({ ...fake.BOOK, partners: [] }), partners_list: () => [] });
    await open('#/partners?month=2026-10');
    expect(screen.getByTestId(testid.empty).textContent).toContain('No partners yet');
  });
});

describe('the tariffs of a partner', () => {
  it('open in their place and close by Escape', async () => {
    const asked = pretendCore();
    await open('#/partners?month=2026-10&who=NL-ELW&tab=tariffs');
    const rows = await screen.findAllByTestId(testid.tariffRow);
    expect(rows.map((row) => row.dataset.id)).toEqual(['DAY-NIGHT', 'AD-HOC-1']);
    expect(rows[0]?.textContent).toContain('1 fault');
    fireEvent.click(screen.getByText('DAY-NIGHT'));
    expect((await screen.findAllByTestId(testid.tariffVersion)).length).toBe(3);
    expect(address().params).toEqual({ who: 'NL-ELW', tab: 'tariffs', tariff: 'DAY-NIGHT' });
    expect(callsOf(asked, 'tariff_view')[0].request).toEqual({
      partner: 'NL-ELW',
      id: 'DAY-NIGHT',
      language: 'en',
    });
    fireEvent.keyDown(document.body, { key: 'Escape' });
    expect(await screen.findAllByTestId(testid.tariffRow)).toHaveLength(2);
  });

  it('show what changed in the version chosen, the newest first', async () => {
    pretendCore();
    await open(TARIFF);
    const versions = await screen.findAllByTestId(testid.tariffVersion);
    expect(versions.map((one) => one.dataset.version)).toEqual([
      'stored:31',
      'stored:12',
      'seen:4',
    ]);
    expect(screen.getAllByTestId(testid.tariffChange)).toHaveLength(2);
    expect(screen.getByTestId(testid.tariffFault).textContent).toContain('parking is free');
    fireEvent.click(versions[1] as HTMLElement);
    expect(screen.getByTestId(testid.tariffChange).textContent).toContain('0.45 → 0.49');
    expect(versions[1]?.textContent).toContain(
      'priced at least 20,000 CDRs · Jun 3, 2026 – Oct 28',
    );
    expect(screen.getByText('No faults found')).toBeTruthy();
    fireEvent.click(versions[2] as HTMLElement);
    expect(screen.getByText('The first version we know')).toBeTruthy();
    expect(versions[2]?.textContent).toContain('Seen in CDRs');
  });

  it('speak the language chosen', async () => {
    const asked = pretendCore();
    await open(TARIFF);
    const words = await screen.findByTestId(testid.tariffWords);
    expect(words.textContent).toContain('Energy costs');
    type(testid.tariffLanguage, 'nl');
    await waitFor(() => expect(words.textContent).toContain('Energie kost'));
    expect(callsOf(asked, 'tariff_view').map(({ request }) => request.language)).toEqual([
      'en',
      'nl',
    ]);
  });

  it('price a made-up session while it is typed', async () => {
    const asked = pretendCore();
    await open(TARIFF);
    const total = await screen.findByTestId(testid.tryTotal);
    expect(total.textContent).toContain('€10.40');
    expect(total.textContent).toContain('€12.58');
    expect(screen.getByTestId(testid.tryText).textContent).toContain('20 kWh in an hour');
    expect(screen.getByTestId(testid.tryLine).textContent).toContain('20 kWh€0.52 / kWh€10.40');
    expect(screen.getByTestId(testid.findingRow).dataset.code).toBe('period_not_split');
    fireEvent.click(screen.getAllByTestId(testid.tariffVersion)[1] as HTMLElement);
    type(testid.tryStart, '2026-10-25T02:30');
    type(testid.tryMinutes, '');
    type(testid.tryKwh, '12,5');
    type(testid.tryPower, '11');
    type(testid.tryParking, '30');
    type(testid.tryZone, 'europe/berlin');
    await waitFor(() =>
      expect(callsOf(asked, 'tariff_try').at(-1)?.request).toEqual({
        partner: 'NL-ELW',
        version: 'stored:12',
        start: '2026-10-25T02:30',
        minutes: null,
        parking_minutes: 30,
        kwh: '12.5',
        power_kw: '11',
        time_zone: 'Europe/Berlin',
        language: 'en',
      }),
    );
  });

  it('say what a session lacks', async () => {
    pretendCore();
    await open(TARIFF);
    await screen.findByTestId(testid.tryTotal);
    type(testid.tryMinutes, '');
    expect((await screen.findByTestId(testid.tryHint)).textContent).toContain('exactly two');
    expect(screen.queryByTestId(testid.tryTotal)).toBeNull();
  });

  it('never ask with minutes that are no whole number', () => {
    const asked = { partner: 'A', version: 'v', language: 'en', time_zone: 'UTC' };
    for (const minutes of ['1.5', '-5', '123456', 'an hour']) {
      expect(requestOf({ ...thisEvening(), minutes }, asked)).toBeNull();
    }
    expect(requestOf({ ...thisEvening(), minutes: ' 90 ' }, asked)?.minutes).toBe(90);
  });

  it('start from an hour this evening', () => {
    const asked = { partner: 'NL-ELW', version: 'v', language: 'en', time_zone: 'Europe/Berlin' };
    const typed = thisEvening(new Date(2026, 8, 3, 9, 5));
    expect(requestOf(typed, asked)).toEqual({
      ...asked,
      start: '2026-09-03T18:00',
      minutes: 60,
      parking_minutes: 0,
      kwh: '20',
      power_kw: null,
    });
    expect(requestOf({ ...typed, start: '' }, asked)).toBeNull();
  });
});

describe('finding the readings', () => {
  it('agrees on those that explain more, and replays', async () => {
    const asked = pretendCore({
      partner_set: ({ partner }) => partner,
      replay_run: () => fake.job({ id: 1, kind: 'replay', label: 'NL-ELW', total: 10 }),
    });
    await open('#/partners?month=2026-09&who=NL-ELW');
    type(testid.inferMonth, '2026-10');
    fireEvent.click(screen.getByTestId(testid.inferRun));
    expect((await screen.findByTestId(testid.inferText)).textContent).toContain('1871 of 2000');
    expect(callsOf(asked, 'month_infer')).toEqual([
      { request: { partner: 'NL-ELW', month: '2026-10' } },
    ]);
    expect(
      screen.getByText(
        'Explains 1,871 of 2,000 CDRs (1,204 match as agreed). Looked at 2,000 of 21,406 CDRs.',
      ),
    ).toBeTruthy();
    expect(screen.getByText('every period')).toBeTruthy();
    fireEvent.click(screen.getByTestId(testid.inferAgree));
    await waitFor(() => expect(callsOf(asked, 'replay_run').length).toBe(1));
    expect(callsOf(asked, 'partner_set')).toEqual([
      {
        partner: {
          ...fake.partners()[0],
          policy: { step_mode: 'per_period', rounding: 'per_total,2,half_up' },
        },
      },
    ]);
    expect(callsOf(asked, 'replay_run')[0]).toEqual({ partner: 'NL-ELW', month: null });
    await waitFor(() => expect(screen.queryByTestId(testid.inferAgree)).toBeNull());
  });

  it('says when no other reading explains more', async () => {
    pretendCore();
    await open('#/partners?month=2026-10&who=DE-RHS');
    fireEvent.click(await screen.findByTestId(testid.inferRun));
    expect(await screen.findByText('No other reading explains more.')).toBeTruthy();
    expect(screen.queryByTestId(testid.inferAgree)).toBeNull();
  });
});

describe('the templates of a partner', () => {
  it('are listed with their columns, and removed after a sentence that says what that means', async () => {
    let kept = fake.TEMPLATES;
    const asked = pretendCore({
      templates_list: () => kept,
      template_remove: () => {
        kept = [];
        return null;
      },
    });
    await open('#/partners?month=2026-10&who=BE-VLC');
    const row = await screen.findByTestId(testid.templateRow);
    expect(row.textContent).toContain('Monthly2CDRs');
    expect(row.textContent).toContain('kWh: Energy · Bedrag excl.: Amount without VAT');
    expect(callsOf(asked, 'templates_list')[0]).toEqual({ partner: 'BE-VLC' });
    fireEvent.click(screen.getByTestId(testid.templateRemove));
    await screen.findByText(/This cannot be undone; importing such a file can keep it anew/);
    expect(callsOf(asked, 'template_remove')).toEqual([]);
    fireEvent.click(screen.getByTestId(testid.templateRemoveConfirm));
    await waitFor(() => expect(screen.queryByTestId(testid.templateRow)).toBeNull());
    expect(callsOf(asked, 'template_remove')).toEqual([
      { request: { partner: 'BE-VLC', name: 'Monthly' } },
    ]);
    expect(await screen.findByText(/None yet\./)).toBeTruthy();
  });
});
