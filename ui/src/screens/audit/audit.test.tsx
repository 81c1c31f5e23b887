import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { testid } from '@/lib/testids';
import { callsOf, pretendCore, renderInBook } from '@/lib/testing/core';
import { AuditScreen } from './AuditScreen';

const ENTRY = {
  seq: 7,
  at: '2026-11-20T09:14:00Z',
  actor: 'anna',
  verb: 'accept',
  object: 'ELW-1',
  reason: 'agreed by mail',
  details: {},
  undoable: true,
  undone_by: null,
  hash: 'ab12',
};

it('lists decisions with who and why, undoes one, and verifies the chain', async () => {
  const asked = pretendCore({
    audit_list: () => [ENTRY],
    audit_verify: () => ({ entries: 7, intact: true, first_broken: null }),
    undo: () => ({ decision: 8, count: 1, unchanged: 0, difference: [], rows: [] }),
  });
  renderInBook(<AuditScreen />);
  const row = await screen.findByTestId(testid.auditRow);
  expect(row.textContent).toContain('Accepted the difference');
  expect(row.textContent).toContain('agreed by mail');
  fireEvent.click(screen.getByText('Undo'));
  await waitFor(() => expect(callsOf(asked, 'undo')[0].request.decision).toBe(7));
  fireEvent.click(screen.getByText('Verify'));
  expect(await screen.findByText('7 entries, unbroken')).toBeTruthy();
});

it('says what will be here when nothing was decided yet', async () => {
  pretendCore();
  renderInBook(<AuditScreen />);
  expect((await screen.findByTestId(testid.empty)).textContent).toContain('No decisions yet');
});
