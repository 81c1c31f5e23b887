import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { testid } from '@/lib/testids';
import { pretendCore, renderInBook } from '@/lib/testing/core';
import { HomeScreen } from './HomeScreen';

it('says per partner what blocks the month, and links to those rows', async () => {
  window.location.hash = '#/home?month=2026-10';
  pretendCore();
  renderInBook(<HomeScreen />);
  const cell = await screen.findByTestId(testid.boardCell('DE-RHS', 'reconciled'));
  expect(cell.dataset.state).toBe('blocked');
  expect(cell.textContent).toContain('942 CDRs differ');
  expect(cell.getAttribute('href')).toBe('#/reconcile/DE-RHS/2026-10?bucket=differs');
  const row = screen.getByTestId(testid.boardRow('DE-RHS'));
  expect(within(row).getByText(/They bill us/)).toBeTruthy();
  expect(screen.getByText('What stands between you and a closed month?')).toBeTruthy();
});

it('shows the amount and count of each stage', async () => {
  window.location.hash = '#/home?month=2026-10';
  pretendCore();
  renderInBook(<HomeScreen />);
  const cell = await screen.findByTestId(testid.boardCell('NL-ELW', 'imported'));
  expect(cell.textContent).toMatch(/Done[\d,]+€[\d,]+\.\d\d/);
});

it('says why it is empty and what to do', async () => {
  pretendCore({ close_board: () => ({ rows: [] }) });
  renderInBook(<HomeScreen />);
  const empty = await screen.findByTestId(testid.empty);
  expect(within(empty).getByRole('button').textContent).toBe('Show all partners and months');
});
