import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import * as fake from '@/dev/fake';
import { address } from '@/lib/router';
import { testid } from '@/lib/testids';
import { callsOf, pretendCore } from '@/lib/testing/core';
import { App } from '@/shell/App';

describe('a partner', () => {
  it('whose data are missing is completed from the board', async () => {
    const asked = pretendCore({ partner_set: ({ partner }) => partner });
    window.location.hash = '#/home?month=2026-10&edit=BE-VLC';
    render(<App />);
    expect((await screen.findByText(/1 field needed/)).textContent).toContain('invoice');
    const vat = screen.getByTestId(testid.partnerField('vat_id'));
    await userEvent.clear(vat);
    await userEvent.type(vat, 'BE0403170701');
    fireEvent.click(screen.getByTestId(testid.partnerSave));
    await waitFor(() => expect(address().params.edit).toBeUndefined());
    const sent = callsOf(asked, 'partner_set')[0].partner;
    expect(sent).toEqual({
      ...fake.partners()[2],
      company: { ...fake.partners()[2]?.company, vat_id: 'BE0403170701' },
    });
  });

  it('has an order of sources that ends with the CDR', async () => {
    const asked = pretendCore({ partner_set: ({ partner }) => partner });
    window.location.hash = '#/home?month=2026-10&edit=BE-VLC';
    render(<App />);
    const first = await screen.findByTestId(testid.partnerTruth('energy', 0));
    expect(screen.queryByTestId(testid.partnerTruth('energy', 1))).toBeNull();
    await userEvent.selectOptions(first, 'signed');
    const next = screen.getByTestId(testid.partnerTruth('energy', 1));
    expect([...next.querySelectorAll('option')].map((option) => option.value)).toEqual([
      'meter',
      'session',
      'cdr',
    ]);
    await userEvent.selectOptions(next, 'session');
    await userEvent.selectOptions(screen.getByTestId(testid.partnerTruth('start', 0)), 'session');
    fireEvent.click(screen.getByTestId(testid.partnerSave));
    await waitFor(() => expect(callsOf(asked, 'partner_set').length).toBe(1));
    expect(callsOf(asked, 'partner_set')[0].partner.truth).toEqual({
      energy: 'signed,session,cdr',
      start: 'session,cdr',
      end: 'cdr',
    });
  });

  it('is added with its party id in capitals, and says what is wrong with it', async () => {
    let refuse = true;
    const asked = pretendCore({
      partner_set: ({ partner }) => {
        if (refuse) throw { code: 'bad_request', retry: 'after_change', text: 'key', params: {} };
        return partner;
      },
    });
    window.location.hash = '#/home?month=2026-10&edit=new';
    render(<App />);
    const save = await screen.findByTestId(testid.partnerSave);
    expect(save).toHaveProperty('disabled', true);
    await userEvent.type(screen.getByTestId(testid.partnerField('key')), 'se-xyz');
    await userEvent.type(screen.getByTestId(testid.partnerField('name')), 'Norrström AB');
    fireEvent.click(save);
    expect((await screen.findByRole('alert')).textContent).toContain('NL-ABC');
    refuse = false;
    fireEvent.click(save);
    await waitFor(() => expect(callsOf(asked, 'partner_set').length).toBe(2));
    expect(callsOf(asked, 'partner_set')[1].partner.key).toBe('SE-XYZ');
  });
});
