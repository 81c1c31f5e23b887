import { emit } from '@tauri-apps/api/event';
import { fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import * as fake from '@/dev/fake';
import * as servers from '@/dev/fakeConnect';
import { t } from '@/i18n';
import { address } from '@/lib/router';
import { testid } from '@/lib/testids';
import { callsOf, pretendCore } from '@/lib/testing/core';
import { App } from '@/shell/App';
import { cronLine } from './Schedule';

type Answers = Parameters<typeof pretendCore>[0];

async function open(answers: Answers = {}) {
  const asked = pretendCore({ connection_get: () => servers.connection(), ...answers });
  window.location.hash = '#/partners?month=2026-10&who=NL-ELW&tab=connection';
  render(<App />);
  await screen.findByTestId(testid.connection);
  await waitFor(() => expect(callsOf(asked, 'vault_state').length).toBeGreaterThan(0));
  return asked;
}

function line(list: string): HTMLElement {
  const all = screen.getAllByTestId(testid.healthRow);
  const found = all.find((row) => row.dataset.list === list);
  if (!found) throw new Error(`no line of ${list}`);
  return found;
}

describe('the connection of a partner', () => {
  it('says what it would give where there is none', async () => {
    pretendCore();
    window.location.hash = '#/partners?who=DE-RHS&tab=connection';
    render(<App />);
    fireEvent.click(await screen.findByTestId(testid.connectOpen));
    await screen.findByTestId(testid.wizardUrl);
    expect(address().params.connect).toBe('DE-RHS');
  });

  it('shows how it is reached and what was allowed', async () => {
    await open({ connection_get: () => servers.connection({ plain_http: true }) });
    const head = screen.getByTestId(testid.connection);
    expect(head.textContent).toContain('https://ocpi.elwijk.example/ocpi/versions');
    expect(head.textContent).toContain('Agreed by registering, sent in Base64');
    expect(head.textContent).toContain('Not encrypted');
    expect(head.textContent).toContain('Private addresses are allowed');
    expect(head.textContent).toContain('may also go to https://cdrs.elwijk.example.');
  });

  it('says of every list how its last pull went, in plain words', async () => {
    await open();
    const rows = screen.getAllByTestId(testid.healthRow);
    expect(rows.map((row) => [row.dataset.list, row.dataset.outcome])).toEqual([
      ['cdrs', 'complete'],
      ['sessions', 'partial'],
      ['tariffs', 'complete'],
      ['locations', 'failed'],
      ['tokens', ''],
    ]);
    expect(line('cdrs').textContent).toContain('1,204 of 1,204');
    expect(line('cdrs').textContent).toContain('5 hours ago');
    expect(line('cdrs').textContent).toContain('in 19 hours');
    expect(line('sessions').textContent).not.toContain('in a row');
    expect(line('locations').textContent).toContain('failed 3 times in a row');
    expect(line('tokens').textContent).toContain('Not pulled yet');
    const [holes, timeout] = screen.getAllByTestId(testid.healthProblem);
    expect(holes?.textContent).toContain('could not hand out some of its records');
    expect(holes?.querySelector('details code')?.textContent).toContain('offset 210, 388, 512');
    expect(timeout?.textContent).toContain('took too long to answer');
  });

  it('says how the partner departs from OCPI, once for each way', async () => {
    await open();
    const found = screen.getAllByTestId(testid.departure);
    expect(found.map((one) => one.dataset.code)).toEqual([
      'link_missing',
      'date_to_needed',
      'holes',
    ]);
    expect(found[0]?.textContent).toContain('does not say where the next page is');
    expect(found[0]?.textContent).toContain('Seen in CDRs, Sessions');
  });

  it('has a sentence for every departure', () => {
    const codes = [
      ...['link_missing', 'link_broken', 'link_miscounts', 'link_circles', 'date_to_needed'],
      ...['holes', 'foreign_objects', 'date_from_ignored'],
    ];
    for (const code of codes) {
      const { what, done } = t.connection.departure(code);
      expect(`${what} ${done}`, code).toMatch(/^Its? .+\. Tallywatt .+\.$/);
    }
  });

  it('pulls as a job and reads the health again at its end', async () => {
    let pulls = 1;
    const job = fake.job({ id: 7001, kind: 'pull', label: 'NL-ELW', done: 20, total: 100 });
    const asked = await open({
      connection_get: () =>
        servers.connection({ pulls: pulls === 1 ? [] : servers.connection().pulls }),
      pull_run: () => job,
    });
    const pull = screen.getByTestId(testid.connectionPull);
    await waitFor(() => expect(pull).toHaveProperty('disabled', false));
    fireEvent.click(pull);
    await waitFor(() => expect(pull.textContent).toContain('Pulling'));
    expect(callsOf(asked, 'pull_run')).toEqual([{ partner: 'NL-ELW' }]);
    const row = await screen.findByTestId(testid.job);
    expect(row.textContent).toContain('Pulling from NL-ELW');
    pulls = 2;
    await emit('job-changed', { ...job, done: 100, state: 'finished' });
    expect((await screen.findByTestId(testid.toast)).textContent).toContain('100 records');
    await waitFor(() => expect(line('cdrs').dataset.outcome).toBe('complete'));
    expect(pull.textContent).toBe('Pull now');
  });

  it('changes the schedule at once and undoes it', async () => {
    const asked = await open({ connection_schedule: () => servers.connection() });
    expect(screen.getByTestId(testid.scheduleNext).textContent).toBe('Next pull in 19 hours.');
    expect(
      screen.getByText('17 3 * * * tallywatt --book /home/someone/demo.tallywatt pull NL-ELW'),
    ).toBeTruthy();
    const every = screen.getByTestId(testid.scheduleEvery);
    fireEvent.change(every, { target: { value: '' } });
    fireEvent.click(await screen.findByTestId(testid.toastUndo));
    await waitFor(() =>
      expect(callsOf(asked, 'connection_schedule')).toEqual([
        { partner: 'NL-ELW', everyHours: null },
        { partner: 'NL-ELW', everyHours: 24 },
      ]),
    );
  });

  it('writes a line that the shell and cron read as it is meant', () => {
    expect(cronLine('NL-ELW', "/home/o'neil/100% ok.tallywatt")).toBe(
      "17 3 * * * tallywatt --book '/home/o'\\''neil/100\\% ok.tallywatt' pull NL-ELW",
    );
  });

  it('renews the tokens it agreed on by registering', async () => {
    const asked = await open({ connection_renew: () => servers.connection() });
    const renew = screen.getByTestId(testid.connectionRenew);
    await waitFor(() => expect(renew).toHaveProperty('disabled', false));
    fireEvent.click(renew);
    fireEvent.change(await screen.findByTestId(testid.wizardOurUrl), {
      target: { value: 'https://tally.example.com/ocpi/versions' },
    });
    fireEvent.click(screen.getByTestId(testid.connectionRenewConfirm));
    await waitFor(() =>
      expect(callsOf(asked, 'connection_renew')).toEqual([
        {
          partner: 'NL-ELW',
          register: {
            our_url: 'https://tally.example.com/ocpi/versions',
            listen: '127.0.0.1:8780',
          },
        },
      ]),
    );
  });

  it('disconnects only after the consequence was said', async () => {
    let connected = true;
    const asked = await open({
      connection_get: () =>
        connected ? servers.connection({ registered: false }) : servers.noConnection('NL-ELW'),
      connection_remove: () => {
        connected = false;
        return servers.noConnection('NL-ELW');
      },
    });
    expect(screen.queryByTestId(testid.connectionRenew)).toBeNull();
    const remove = screen.getByTestId(testid.connectionRemove);
    await waitFor(() => expect(remove).toHaveProperty('disabled', false));
    fireEvent.click(remove);
    const confirm = await screen.findByTestId(testid.connectionRemoveConfirm);
    expect(screen.getByText(/forgets the token\..*What was pulled stays\./)).toBeTruthy();
    expect(callsOf(asked, 'connection_remove')).toEqual([]);
    expect(confirm.textContent).toBe('Disconnect NL-ELW');
    fireEvent.click(confirm);
    await screen.findByTestId(testid.connectOpen);
    expect(callsOf(asked, 'connection_remove')).toEqual([{ partner: 'NL-ELW' }]);
  });
});

describe('locked tokens', () => {
  it('are unlocked by their passphrase; until then nothing is asked of the partner', async () => {
    let unlocked = false;
    await open({
      vault_state: () => servers.vault({ place: 'file', open: unlocked }),
      vault_open: ({ passphrase }) => {
        if (passphrase !== 'right') {
          throw { code: 'secrets', retry: 'after_change', text: 'wrong passphrase', params: {} };
        }
        unlocked = true;
        return servers.vault({ place: 'file' });
      },
    });
    const vault = await screen.findByTestId(testid.vault);
    expect(screen.getByTestId(testid.connectionPull)).toHaveProperty('disabled', true);
    const passphrase = within(vault).getByTestId(testid.vaultPassphrase);
    expect(passphrase.getAttribute('type')).toBe('password');
    fireEvent.change(passphrase, { target: { value: 'wrong' } });
    fireEvent.click(within(vault).getByTestId(testid.vaultOpen));
    expect((await within(vault).findByRole('alert')).textContent).toContain('does not open');
    expect(passphrase).toHaveProperty('value', '');
    fireEvent.change(passphrase, { target: { value: 'right' } });
    fireEvent.click(within(vault).getByTestId(testid.vaultOpen));
    await waitFor(() => expect(screen.queryByTestId(testid.vault)).toBeNull());
    expect(screen.getByTestId(testid.connectionPull)).toHaveProperty('disabled', false);
  });

  it('with no place to be say what to do', async () => {
    await open({ vault_state: () => servers.vault({ place: 'none', open: false }) });
    const vault = await screen.findByTestId(testid.vault);
    expect(vault.textContent).toContain('Start the keychain');
    expect(within(vault).queryByTestId(testid.vaultPassphrase)).toBeNull();
  });
});

describe('sending our CDRs', () => {
  it('shows how far each is, those that need a person first', async () => {
    const asked = await open();
    const rows = await screen.findAllByTestId(testid.pushRow);
    expect(rows.slice(0, 4).map((row) => row.dataset.state)).toEqual([
      'refused',
      'refused',
      'unknown',
      'to_send',
    ]);
    expect(rows[1]?.textContent).toContain('cannot be written in the partner’s version');
    expect(rows.at(-1)?.textContent).toContain('/ocpi/2.2.1/cdrs/');
    expect(screen.getByTestId(testid.pushCount('sent')).textContent).toBe('40');
    fireEvent.change(screen.getByTestId(testid.pushMonth), { target: { value: '2026-09' } });
    await waitFor(() =>
      expect(callsOf(asked, 'push_queue').map(({ question }) => question.month)).toEqual([
        '2026-10',
        '2026-09',
      ]),
    );
  });

  it('says count and consequence first, then sends as a job', async () => {
    const job = fake.job({ id: 7101, kind: 'push', label: 'NL-ELW', done: 3, total: 15 });
    const asked = await open({ push_run: () => job });
    const send = await screen.findByTestId(testid.pushOpen);
    expect(send.textContent).toBe('Send 13 CDRs…');
    fireEvent.click(screen.getByTestId(testid.pushAgain));
    expect(send.textContent).toBe('Send 15 CDRs…');
    await waitFor(() => expect(send).toHaveProperty('disabled', false));
    fireEvent.click(send);
    const sentence = await screen.findByTestId(testid.pushSentence);
    expect(sentence.textContent).toContain('15 CDRs of October 2026 go to Elwijk Mobility B.V.');
    expect(sentence.textContent).toContain('cannot be taken back');
    expect(sentence.textContent).toContain('asked first');
    expect(sentence.textContent).toContain('2 of them were refused before');
    expect(callsOf(asked, 'push_run')).toEqual([]);
    const confirm = screen.getByTestId(testid.pushConfirm);
    expect(confirm.textContent).toBe('Send 15 CDRs');
    fireEvent.click(confirm);
    await waitFor(() =>
      expect(callsOf(asked, 'push_run')).toEqual([
        { request: { partner: 'NL-ELW', month: '2026-10', refused_again: true } },
      ]),
    );
    await waitFor(() => expect(send.textContent).toContain('Sending'));
    expect(screen.getByTestId(testid.job).textContent).toContain('Sending CDRs to NL-ELW');
    await emit('job-changed', { ...job, state: 'finished' });
    await waitFor(() => expect(callsOf(asked, 'push_queue').length).toBe(2));
  });

  it('is not offered where the partner takes no CDRs', async () => {
    await open({ connection_get: () => servers.connection({ receivers: [] }) });
    expect(screen.queryByTestId(testid.push)).toBeNull();
  });
});
