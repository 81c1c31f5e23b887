import { readFileSync } from 'node:fs';
import { fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { ReconcileMonth } from '@/api/client';
import { type FakeMonth, FakeReconcile } from '@/dev/fakeReconcile';
import { t } from '@/i18n';
import { address } from '@/lib/router';
import { testid } from '@/lib/testids';
import { callsOf, pretendCore } from '@/lib/testing/core';
import { App } from '@/shell/App';

const FIVE = [
  'policy:step_mode=per_period',
  'data:clock_utc',
  'reason:no_cdr',
  'reason:same_session',
  'unexplained',
];

async function open(address = '', month: FakeMonth = {}) {
  const core = new FakeReconcile({ groups: FIVE, most: 3, matched: 20, ...month });
  const asked = pretendCore(core.answers);
  window.location.hash = `#/reconcile/NL-ELW/2026-10${address}`;
  render(<App />);
  await screen.findByTestId(testid.reconcileVerdict);
  return { core, asked };
}

const grid = () => screen.getByTestId(testid.table);
const rows = () => screen.queryAllByTestId(testid.tableRow);

/** One key where the focus is. */
function press(key: string) {
  fireEvent.keyDown(document.activeElement ?? document.body, { key });
}

async function confirm() {
  const button = await screen.findByTestId(testid.decideConfirm);
  fireEvent.submit(button.closest('form') as HTMLFormElement);
  await waitFor(() => expect(screen.queryByTestId(testid.decideConfirm)).toBeNull());
}

describe('a month to reconcile', () => {
  it('is closed cause by cause with two keys each, and each can be taken back', async () => {
    const { asked } = await open();
    expect(screen.getByTestId(testid.reconcileVerdict).textContent).toMatch(
      /^We ask €[\d.]+ more than our replay; 5 reasons to decide; 20 of 35 match\.$/,
    );
    for (let left = 5; left > 0; left -= 1) {
      await waitFor(() => expect(rows()).toHaveLength(left));
      grid().focus();
      press(left === 3 ? '2' : '1');
      await confirm();
    }
    expect((await screen.findByTestId(testid.empty)).textContent).toContain(t.reconcile.emptyTitle);
    const verbs = callsOf(asked, 'month_decide').map((one) => one.request.verb);
    expect(verbs).toEqual(['accept', 'accept', 'dispute', 'accept', 'accept']);
    press('u');
    await waitFor(() => expect(rows()).toHaveLength(1));
    press('u');
    await waitFor(() => expect(rows()).toHaveLength(2));
  });

  it('goes on to the next open cause; what is disputed stays last and needs no decision', async () => {
    const of = { partner: 'NL-ELW', month: '2026-10' };
    const core = new FakeReconcile({ groups: FIVE, most: 3, matched: 20 });
    const whole = core.answers.reconcile_month?.({ request: of }) as ReconcileMonth;
    const disputed = new Set<string>();
    pretendCore({
      ...core.answers,
      reconcile_month: () => ({
        ...whole,
        causes: whole.causes.map((one) =>
          disputed.has(one.key) ? { ...one, bucket: 'disputed' } : one,
        ),
      }),
      month_decide: ({ request }) => {
        for (const key of request.target.causes) disputed.add(key);
        return { decision: disputed.size, count: 1, unchanged: 0, difference: [], case: 1 };
      },
    });
    window.location.hash = '#/reconcile/NL-ELW/2026-10';
    render(<App />);
    const verdict = await screen.findByTestId(testid.reconcileVerdict);
    for (let left = 5; left > 0; left -= 1) {
      await waitFor(() => expect(verdict.textContent).toMatch(new RegExp(`${left} reasons? to`)));
      const first = rows()[0]?.textContent;
      press('2');
      await confirm();
      await waitFor(() => expect(rows().at(-1)?.textContent).toBe(first));
    }
    await waitFor(() =>
      expect(verdict.textContent).toBe(
        'Nothing is left to decide; 5 reasons disputed or on hold; 20 of 35 match.',
      ),
    );
    expect([...disputed]).toEqual(FIVE);
  });

  it('decides a row with one key and goes to the next, then back to the causes', async () => {
    const { asked } = await open('?cause=data:clock_utc');
    await waitFor(() => expect(rows()).toHaveLength(3));
    const first = (await screen.findByTestId(testid.evidence)).textContent;
    press('1');
    await waitFor(() => expect(rows()).toHaveLength(2));
    expect(screen.getByTestId(testid.evidence).textContent).not.toBe(first);
    press('3');
    await waitFor(() => expect(rows()).toHaveLength(1));
    press('2');
    await waitFor(() => expect(screen.getByTestId(testid.reconcileTab('causes'))).toBeTruthy());
    const asks = callsOf(asked, 'month_decide').map((one) => one.request);
    expect(asks.map((one) => one.target.cdrs.length)).toEqual([1, 1, 1]);
    expect(asks[1].until).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(asks[0].reason).toContain('Total differs');
  });

  it('shows the rows of a status, and drops it again', async () => {
    await open();
    fireEvent.click(screen.getByTestId(testid.reconcileBucket('duplicate')));
    await waitFor(() => expect(rows()).toHaveLength(3));
    expect(address().params).toMatchObject({ bucket: 'duplicate' });
    press('Escape');
    expect(address().params).toEqual({});
  });

  it('links with the best suggestion by one key, and takes it back', async () => {
    const { asked } = await open('?bucket=missing_session', { groups: ['reason:no_session'] });
    await waitFor(() => expect(rows()).toHaveLength(3));
    expect(await screen.findAllByTestId(testid.suggestion)).toHaveLength(2);
    press('4');
    await waitFor(() => expect(rows()).toHaveLength(2));
    expect(callsOf(asked, 'cdr_link')[0].request.reason).toBe('Linked by hand, 92 % sure');
    press('u');
    await waitFor(() => expect(rows()).toHaveLength(3));
  });

  it('says live what a tolerance would accept, and keeps it for the partner', async () => {
    const { asked } = await open('?panel=tolerance');
    const effect = screen.getByTestId(testid.toleranceEffect);
    await waitFor(() => expect(effect.textContent).toContain('Would accept'));
    const field = screen.getByTestId(testid.toleranceField('per_cdr'));
    fireEvent.change(field, { target: { value: '0,05' } });
    await waitFor(() => expect(effect.textContent).toContain('Would accept 3 CDRs'));
    fireEvent.click(screen.getByTestId(testid.toleranceKeep));
    await waitFor(() => expect(callsOf(asked, 'partner_set')).toHaveLength(1));
    expect(callsOf(asked, 'partner_set')[0].partner).toMatchObject({
      tolerance: '0.05',
      tolerances: { per_month: '25.00' },
    });
    fireEvent.click(screen.getByTestId(testid.toleranceAccept));
    await waitFor(() => expect(callsOf(asked, 'accept_within')).toHaveLength(1));
    await screen.findByText('3 CDRs accepted');
  });

  it('makes a rule of a cause, wider by dropping a term', async () => {
    const { asked } = await open();
    await waitFor(() => expect(rows()).toHaveLength(5));
    press('r');
    fireEvent.click(await screen.findByTestId(testid.ruleDrop('location')));
    await waitFor(() => expect(screen.queryByTestId(testid.ruleTerm('location'))).toBeNull());
    await waitFor(() => expect(screen.getAllByTestId(testid.ruleMonth)).toHaveLength(4));
    fireEvent.submit(screen.getByTestId(testid.ruleKeep).closest('form') as HTMLFormElement);
    await waitFor(() => expect(callsOf(asked, 'rule_keep')).toHaveLength(1));
    expect(callsOf(asked, 'rule_keep')[0].request.terms.location).toBeNull();
  });

  it('opens the rows of a day from a chart, which is a table too', async () => {
    await open('?tab=charts');
    fireEvent.click(await screen.findByTestId(testid.chartAs('missing')));
    const table = screen.getByTestId(testid.chartTable('missing'));
    expect(within(table).getAllByRole('row')).toHaveLength(32);
    fireEvent.click(screen.getByTestId(testid.chartDay('causes', '2026-10-09')));
    expect(address().params).toMatchObject({ bucket: 'differs', day: '2026-10-09' });
  });

  it('goes to the row of a point of the station scatter', async () => {
    const { asked } = await open('?tab=charts');
    const point = (await screen.findAllByTestId(testid.chartPoint)).at(-1);
    if (!point) throw new Error('the station has CDRs');
    fireEvent.click(point);
    await waitFor(() => expect(rows().length).toBeGreaterThan(1));
    const isThere = (row: HTMLElement) => row.classList.contains('is-cursor');
    await waitFor(() => expect(rows().findIndex(isThere)).toBe(rows().length - 1));
    const shown = () => callsOf(asked, 'reconcile_side').at(-1)?.request.cdr;
    await waitFor(() => expect(String(shown())).toBe(point.dataset.cdr));
  });
});

it('has words for every reason that the core gives', () => {
  const source = readFileSync('../src-tauri/crates/billing/src/reconcile/facts.rs', 'utf8');
  const words = [...source.matchAll(/Cause::\w+ => "(\w+)"/g)].map((match) => match[1] ?? '');
  expect(words.length).toBeGreaterThan(20);
  expect(words.filter((word) => !(word in t.reconcile.reasons))).toEqual([]);
});
