import { fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { statement } from '@/dev/fakeStatement';
import { address } from '@/lib/router';
import { testid } from '@/lib/testids';
import { callsOf, pretendCore } from '@/lib/testing/core';
import { App } from '@/shell/App';

async function open(month: string) {
  window.location.hash = `#/partners?month=${month}&who=NL-ELW&tab=statement`;
  render(<App />);
  await screen.findByTestId(testid.statement);
}

describe('a partner’s statement', () => {
  it('shows each result with its worth, and what differs in each row', async () => {
    pretendCore();
    await open('2026-10');
    const rows = await screen.findAllByTestId(testid.statementRow);
    expect(rows.map((row) => row.dataset.verdict)).toEqual([
      'agrees',
      'differs',
      'no_cdr',
      'not_on_statement',
      'billed_twice',
      'month_differs',
    ]);
    expect(rows[1]?.textContent).toContain('net');
    expect(rows[1]?.textContent).toContain('+€0.75');
    expect(within(rows[1] as HTMLElement).getByTitle(/They say €0.75 more/)).toBeTruthy();
    expect(rows[4]?.textContent).toContain('another line bills it, too');
    expect(rows[4]?.textContent).toContain('Their line: row 5');
    expect(rows[5]?.textContent).toContain('theirs in October 2026, ours in November 2026');
    const missing = screen.getByTestId(testid.statementVerdict('not_on_statement'));
    expect(missing.textContent).toContain('-€7.21');
    expect(screen.getByText(/5 lines in 1 file: elwijk-invoice/)).toBeTruthy();
  });

  it('narrows to one result and back, and leads to the CDR', async () => {
    const asked = pretendCore();
    await open('2026-10');
    fireEvent.click(await screen.findByTestId(testid.statementChoose('differs')));
    await waitFor(() => expect(screen.getAllByTestId(testid.statementRow)).toHaveLength(1));
    const last = callsOf(asked, 'statement_compare').at(-1);
    expect(last.request).toEqual({
      partner: 'NL-ELW',
      month: '2026-10',
      verdict: 'differs',
      limit: 200,
    });
    fireEvent.click(screen.getByTestId(testid.statementChoose('differs')));
    await waitFor(() => expect(screen.getAllByTestId(testid.statementRow)).toHaveLength(6));
    fireEvent.click(screen.getByRole('button', { name: 'ELW-20261003-118832' }));
    expect(address()).toMatchObject({ screen: 'cdrs', params: { cdr: '2' } });
  });

  it('shows more rows where there are more', async () => {
    const asked = pretendCore({
      statement_compare: ({ request }) => ({
        ...statement({ ...request, limit: request.limit > 200 ? 6 : 2 }),
      }),
    });
    await open('2026-10');
    expect(await screen.findByText('2 of 6 rows shown.')).toBeTruthy();
    fireEvent.click(screen.getByTestId(testid.statementMore));
    await waitFor(() => expect(screen.getAllByTestId(testid.statementRow)).toHaveLength(6));
    expect(callsOf(asked, 'statement_compare').at(-1).request.limit).toBe(400);
    expect(screen.queryByTestId(testid.statementMore)).toBeNull();
  });

  it('says what to do while none was imported, and shows another month', async () => {
    pretendCore();
    await open('2026-09');
    expect((await screen.findByTestId(testid.empty)).textContent).toContain(
      'No statement for September 2026',
    );
    fireEvent.change(screen.getByTestId(testid.statementMonth), { target: { value: '2026-10' } });
    expect(await screen.findAllByTestId(testid.statementRow)).toHaveLength(6);
  });
});
