import { fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { address } from '@/lib/router';
import { testid } from '@/lib/testids';
import { callsOf, pretendCore } from '@/lib/testing/core';
import { App } from '@/shell/App';
import { checks } from './checkRun';

const FILE = { token: 'file-1', name: 'elwijk-computed.ndjson', bytes: '91422' };
const picked = { pick_files: () => [FILE] };

beforeEach(() => checks.set(new Map()));

async function open() {
  window.location.hash = '#/partners?month=2026-10&who=NL-ELW&tab=check';
  render(<App />);
  await screen.findByTestId(testid.partnerCheck);
}

async function compared() {
  await open();
  fireEvent.click(await screen.findByTestId(testid.checkChoose));
  await screen.findByTestId(testid.checkSummary);
}

function verdicts(): (string | undefined)[] {
  return screen.getAllByTestId(testid.checkCdr).map((row) => row.dataset.verdict);
}

describe('the check with a partner', () => {
  it('says what will be here, and compares the file that is chosen', async () => {
    const asked = pretendCore(picked);
    await open();
    expect((await screen.findByTestId(testid.empty)).textContent).toContain('OCPI JSON');
    fireEvent.click(screen.getByTestId(testid.checkChoose));
    const summary = await screen.findByTestId(testid.checkSummary);
    expect(summary.textContent).toContain('There are differences');
    expect(screen.getByTestId(testid.checkCount('differs')).textContent).toContain('3');
    expect(screen.getByTestId(testid.checkCount('agrees')).textContent).toContain('Identical');
    expect(screen.getByTestId(testid.checkRejected).textContent).toContain('number 9');
    const [total] = screen.getAllByTestId(testid.checkTotal);
    expect(total?.textContent).toContain('+€1.79');
    expect(callsOf(asked, 'partner_check_run')[0].request).toMatchObject({
      file: { token: 'file-1', partner: 'NL-ELW' },
      month: null,
      equal_fields: true,
    });
  });

  it('does nothing when no file is chosen', async () => {
    const asked = pretendCore({ pick_files: () => [] });
    await open();
    fireEvent.click(await screen.findByTestId(testid.checkChoose));
    await waitFor(() => expect(callsOf(asked, 'pick_files')).toHaveLength(1));
    expect(callsOf(asked, 'partner_check_run')).toHaveLength(0);
    expect(screen.getByTestId(testid.empty)).toBeTruthy();
  });

  it('lists what is missing once the file is said to hold a month', async () => {
    const asked = pretendCore(picked);
    await compared();
    expect(verdicts()).not.toContain('only_held');
    fireEvent.change(screen.getByTestId(testid.checkMonth), { target: { value: '2026-10' } });
    await waitFor(() => expect(verdicts()).toContain('only_held'));
    expect(callsOf(asked, 'partner_check_run').at(-1).request.month).toBe('2026-10');
  });

  it('narrows to a result, a cause or a field, and back', async () => {
    pretendCore(picked);
    await compared();
    const all = verdicts().length;
    fireEvent.click(screen.getByTestId(testid.checkCount('fields_differ')));
    expect(verdicts()).toEqual(['fields_differ']);
    fireEvent.click(screen.getByTestId(testid.checkCount('fields_differ')));
    expect(verdicts()).toHaveLength(all);
    fireEvent.click(screen.getByRole('button', { name: 'Another tariff' }));
    expect(screen.getAllByTestId(testid.checkCdr)[0]?.textContent).toContain('118831');
    expect(verdicts()).toEqual(['differs']);
    fireEvent.click(screen.getByRole('button', { name: 'Contract' }));
    expect(verdicts()).toEqual(['fields_differ']);
    expect(screen.getByTestId(testid.checkShown).textContent).toContain('Only: Contract');
    fireEvent.click(screen.getByTestId(testid.checkAllCdrs));
    expect(verdicts()).toHaveLength(all);
  });

  it('puts every field of a CDR side by side, and says in words which differ', async () => {
    pretendCore(picked);
    await compared();
    const [first] = screen.getAllByTestId(testid.checkOpen);
    fireEvent.click(first as HTMLElement);
    const fields = within(screen.getByTestId(testid.checkFields));
    const rows = fields.getAllByTestId(testid.checkFieldOf);
    const of = (name: string) => rows.find((row) => row.dataset.field === name)?.textContent;
    expect(fields.getByText(/the tariff that their record carries/)).toBeTruthy();
    expect(of('tariffs.id')).toBe('TariffsDiffersELW-AC-2ELW-AC');
    expect(of('currency')).toBe('CurrencySameEUREUR');
    expect(of('total_cost.excl_vat')).toContain('1.4');
    fireEvent.click(fields.getByRole('button', { name: 'Show the CDR' }));
    expect(address()).toMatchObject({ screen: 'cdrs', params: { cdr: '1' } });
  });

  it('shows all fields on demand', async () => {
    pretendCore(picked);
    await compared();
    const names = () => screen.getAllByTestId(testid.checkField).map((row) => row.dataset.field);
    expect(names()).not.toContain('currency');
    fireEvent.click(screen.getByTestId(testid.checkAllFields));
    expect(names()).toContain('currency');
  });

  it('saves both reports of the same file', async () => {
    const asked = pretendCore(picked);
    await compared();
    fireEvent.click(screen.getByTestId(testid.checkSave('pdf')));
    expect(await screen.findByText('partner-check-NL-ELW.pdf is saved.')).toBeTruthy();
    fireEvent.click(screen.getByTestId(testid.checkSave('xlsx')));
    await waitFor(() => expect(callsOf(asked, 'partner_check_save')).toHaveLength(2));
    const formats = callsOf(asked, 'partner_check_save').map((call) => call.format);
    expect(formats).toEqual(['pdf', 'xlsx']);
    expect(callsOf(asked, 'partner_check_save')[0].request.file.token).toBe('file-1');
  });

  it('says why a file cannot be compared, and what to do', async () => {
    pretendCore({
      ...picked,
      partner_check_run: () => {
        throw { code: 'file_unclear', retry: 'after_change', text: 'two dates', params: {} };
      },
    });
    await open();
    fireEvent.click(await screen.findByTestId(testid.checkChoose));
    const problem = await screen.findByTestId(testid.problem);
    expect(problem.textContent).toContain('template');
    expect(screen.getByTestId(testid.checkSave('pdf'))).toHaveProperty('disabled', true);
  });

  it('writes a sample of ours, and says why there is none', async () => {
    let answers = 0;
    const asked = pretendCore({
      partner_sample_save: () => {
        answers += 1;
        if (answers === 1) {
          throw { code: 'nothing_to_sample', retry: 'after_change', text: '', params: {} };
        }
        return {
          saved: { file: 'sample.xlsx', bytes: '10', sha256: 'ab' },
          written: 10,
          of: 12,
        };
      },
    });
    await open();
    fireEvent.click(screen.getByTestId(testid.sampleOpen));
    fireEvent.change(await screen.findByTestId(testid.sampleFormat), { target: { value: 'xlsx' } });
    fireEvent.change(screen.getByTestId(testid.sampleCount), { target: { value: '10' } });
    fireEvent.click(screen.getByTestId(testid.sampleRun));
    expect((await screen.findByRole('alert')).textContent).toContain('can go into a sample');
    fireEvent.click(screen.getByTestId(testid.sampleRun));
    expect(await screen.findByText(/10 of 12 priced CDRs are saved in sample.xlsx/)).toBeTruthy();
    expect(callsOf(asked, 'partner_sample_save')[1].request).toEqual({
      partner: 'NL-ELW',
      month: '2026-10',
      count: 10,
      format: 'xlsx',
      ocpi: null,
    });
    expect(screen.queryByTestId(testid.sampleDialog)).toBeNull();
  });
});
