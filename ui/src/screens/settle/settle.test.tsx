import { fireEvent, screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import * as fake from '@/dev/fake';
import { address } from '@/lib/router';
import { testid } from '@/lib/testids';
import { callsOf, pretendCore, renderInBook } from '@/lib/testing/core';
import { toasts } from '@/lib/toasts';
import { SettleScreen } from './SettleScreen';

const NOBODY: ReadonlySet<number> = new Set();

describe('settling', () => {
  it('drafts what is ready, month by month and partner by partner', async () => {
    window.location.hash = '#/settle?month=2026-10';
    const asked = pretendCore({ settle_draft: () => [fake.invoice(1, NOBODY)] });
    renderInBook(<SettleScreen />);
    fireEvent.click(await screen.findByTestId(testid.draftAll));
    await waitFor(() => expect(address().params.invoice).toBe('1'));
    expect(callsOf(asked, 'settle_draft')).toEqual([
      { request: { partner: 'DE-RHS', month: '2026-10' } },
    ]);
  });

  it('shows lines and sums of a draft, and issues only after saying what it means', async () => {
    window.location.hash = '#/settle?month=2026-10&invoice=0';
    const issued = { ...fake.invoice(0, new Set([0])), number: '2026-0113' };
    const asked = pretendCore({ settle_issue: () => ({ issued: [issued], failed: [] }) });
    renderInBook(<SettleScreen />);
    expect((await screen.findByTestId(testid.draftNet)).textContent).toBe('€30,124.80');
    expect(screen.getByTestId(testid.draftVat).textContent).toBe('€6,326.21');
    expect(screen.getByTestId(testid.draftGross).textContent).toBe('€36,451.01');
    expect(screen.getAllByTestId(testid.invoiceLine).length).toBe(9);
    fireEvent.click(screen.getByTestId(testid.issueOpen));
    const sentence = await screen.findByTestId(testid.issueSentence);
    expect(sentence.textContent).toContain('cannot be changed or taken back');
    expect(callsOf(asked, 'settle_issue')).toEqual([]);
    const confirm = screen.getByTestId(testid.issueConfirm);
    expect(confirm.textContent).toBe('Issue 1 invoice');
    fireEvent.click(confirm);
    await waitFor(() => expect(toasts.get()[0]?.text).toBe('Issued 2026-0113'));
    expect(callsOf(asked, 'settle_issue')).toEqual([{ request: { invoices: [0] } }]);
  });

  it('says which late CDRs a draft takes along', async () => {
    window.location.hash = '#/settle?month=2026-10&invoice=1';
    const detail = fake.invoiceDetail(1, NOBODY);
    const [first, ...rest] = detail.lines;
    if (!first) throw new Error('the made-up invoice has lines');
    const lines = [{ ...first, late_of: '2026-08' }, ...rest];
    pretendCore({ invoice_get: () => ({ ...detail, lines }) });
    renderInBook(<SettleScreen />);
    const late = await screen.findByTestId(testid.late);
    expect(late.textContent).toBe('3 late CDRs of August 2026, €41.20');
    const line = screen.getAllByTestId(testid.invoiceLine)[0];
    expect(line?.textContent).toContain('late, August 2026');
  });

  it('drafts the oldest month first, so that late CDRs go to it', async () => {
    window.location.hash = '#/settle';
    const ready = ['2026-10', '2026-09'].map((month) => ({
      partner: { key: 'DE-RHS', name: 'RHS' },
      month,
      cdrs: 5,
      net: [{ amount: '25', currency: 'EUR' }],
      late: [],
      open: 0,
    }));
    const asked = pretendCore({
      settle_overview: () => ({ ready, drafts: [], issued: [] }),
      settle_draft: () => [fake.invoice(1, NOBODY)],
    });
    renderInBook(<SettleScreen />);
    fireEvent.click(await screen.findByTestId(testid.draftAll));
    await waitFor(() => expect(callsOf(asked, 'settle_draft').length).toBe(2));
    expect(callsOf(asked, 'settle_draft')).toEqual([
      { request: { partner: 'DE-RHS', month: '2026-09' } },
      { request: { partner: 'DE-RHS', month: '2026-10' } },
    ]);
  });

  it('does not issue a draft whose check failed, and says which', async () => {
    window.location.hash = '#/settle?month=2026-10&invoice=2';
    pretendCore();
    renderInBook(<SettleScreen />);
    const open = await screen.findByTestId(testid.issueOpen);
    expect(open).toHaveProperty('disabled', true);
    expect(screen.getAllByText('1 check failed').length).toBeGreaterThan(0);
    expect(screen.getByText(/VAT numbers that the law demands/)).toBeTruthy();
  });

  it('keeps the dialog open with the reason when issuing fails', async () => {
    window.location.hash = '#/settle?month=2026-10&invoice=0';
    pretendCore({
      settle_issue: () => ({
        issued: [],
        failed: [
          {
            invoice: 0,
            problem: { code: 'checks_failed', retry: 'after_change', text: '', params: {} },
          },
        ],
      }),
    });
    renderInBook(<SettleScreen />);
    fireEvent.click(await screen.findByTestId(testid.issueOpen));
    fireEvent.click(await screen.findByTestId(testid.issueConfirm));
    expect((await screen.findByRole('alert')).textContent).toContain(
      'This draft cannot be issued yet.',
    );
  });

  it('lists issued documents with their number and saves their PDF', async () => {
    window.location.hash = '#/settle?invoice=10';
    const asked = pretendCore({ invoice_save: () => '2026-0110.pdf' });
    renderInBook(<SettleScreen />);
    const listed = await screen.findAllByTestId(testid.issuedRow);
    expect(listed[0]?.dataset.number).toBe('2026-0110');
    fireEvent.click(await screen.findByTestId(testid.issuedSave));
    await waitFor(() => expect(callsOf(asked, 'invoice_save')).toEqual([{ invoice: 10 }]));
  });
});
