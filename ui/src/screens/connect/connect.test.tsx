import { emit } from '@tauri-apps/api/event';
import { fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { ConnectRequest, ConnectTrial } from '@/api/client';
import * as fake from '@/dev/fake';
import * as servers from '@/dev/fakeConnect';
import { address } from '@/lib/router';
import { testid } from '@/lib/testids';
import { callsOf, pretendCore } from '@/lib/testing/core';
import { toasts } from '@/lib/toasts';
import { App } from '@/shell/App';

const TOKEN = 'very-secret-token-4711';
const URL = 'https://ocpi.rheinstrom.example/ocpi/versions';

/** Ids of jobs are never given twice, here as in the core. */
let lastJob = 500;

/** A core whose trial goes on step by step, as the test says. */
function tryingCore(over: Record<string, (args: never) => unknown> = {}) {
  let request: ConnectRequest | null = null;
  let steps = 0;
  lastJob += 1;
  const id = lastJob;
  const job = (state: string) =>
    fake.job({ id, kind: 'connect', label: 'DE-RHS', unit: 'steps', done: steps, state });
  const asked = pretendCore({
    connect_try: (args) => {
      request = args.request;
      return job('running');
    },
    connect_trial: (): ConnectTrial | null => request && servers.trial(request, steps),
    connect_keep: (args) =>
      servers.connection({ partner: 'DE-RHS', every_hours: args.request.every_hours, pulls: [] }),
    job_cancel: () => null,
    ...over,
  });
  const go = async (to: number, state = 'running') => {
    steps = to;
    await emit('job-changed', job(state));
  };
  return { asked, go, id };
}

async function open(hash = '#/partners?month=2026-10&connect=DE-RHS') {
  window.location.hash = hash;
  render(<App />);
  await screen.findByTestId(testid.wizardUrl);
  await waitFor(() => expect(screen.queryByTestId(testid.vault)).toBeNull());
}

function type(testId: string, value: string) {
  fireEvent.change(screen.getByTestId(testId), { target: { value } });
}

/** Types address and token, and starts the checks. */
async function check(url = URL) {
  type(testid.wizardUrl, url);
  type(testid.wizardToken, TOKEN);
  const next = screen.getByTestId(testid.wizardNext);
  await waitFor(() => expect(next).toHaveProperty('disabled', false));
  fireEvent.click(next);
  await screen.findByTestId(testid.checkRunning);
}

/** The token is nowhere: in no text, no attribute, no field, no address, nothing stored. */
function expectNoToken() {
  expect(document.documentElement.outerHTML).not.toContain(TOKEN);
  for (const field of document.querySelectorAll('input, textarea')) {
    expect((field as HTMLInputElement).value).not.toContain(TOKEN);
  }
  expect(window.location.href).not.toContain(TOKEN);
  expect(JSON.stringify({ ...window.localStorage })).not.toContain(TOKEN);
}

async function toSchedule(go: (to: number, state?: string) => Promise<void>) {
  await check();
  await go(9, 'finished');
  const next = async () => fireEvent.click(await screen.findByTestId(testid.wizardNext));
  await next();
  await screen.findByTestId(testid.dryRunSentence);
  await next();
  await screen.findByTestId(testid.wizardEvery);
}

describe('connecting a partner', () => {
  it('asks for address and token, and sends what was typed', async () => {
    const { asked } = tryingCore();
    await open();
    expect(screen.getByTestId(testid.wizardNext)).toHaveProperty('disabled', true);
    fireEvent.click(screen.getByTestId(testid.wizardKind('register')));
    type(testid.wizardOurUrl, 'https://tally.example.com/ocpi/versions');
    type(testid.wizardBesides, 'https://a.example\nhttps://b.example');
    type(testid.wizardList('cdrs'), 'https://a.example/cdrs');
    type(testid.wizardVersion, '2.2.1');
    fireEvent.click(screen.getByTestId(testid.wizardInside));
    await check();
    expect(callsOf(asked, 'connect_try')).toEqual([
      {
        request: {
          partner: 'DE-RHS',
          url: URL,
          token: TOKEN,
          version: '2.2.1',
          sent_as: 'auto',
          plain_http: false,
          inside: true,
          besides: ['https://a.example', 'https://b.example'],
          authority_pem: null,
          lists: { cdrs: 'https://a.example/cdrs' },
          register: {
            our_url: 'https://tally.example.com/ocpi/versions',
            listen: '127.0.0.1:8780',
          },
        },
      },
    ]);
  });

  it('shows the token only on demand', async () => {
    tryingCore();
    await open();
    const token = screen.getByTestId(testid.wizardToken);
    expect(token.getAttribute('type')).toBe('password');
    expect(token.getAttribute('autocomplete')).toBe('off');
    fireEvent.click(screen.getByTestId(testid.wizardTokenShow));
    expect(token.getAttribute('type')).toBe('text');
  });

  it('shows the checks as they happen', async () => {
    const { go } = tryingCore();
    await open();
    await check();
    expect(screen.queryAllByTestId(testid.check)).toHaveLength(0);
    await go(2);
    await waitFor(() => expect(screen.getAllByTestId(testid.check)).toHaveLength(2));
    expect(screen.getByTestId(testid.checkRunning)).toBeTruthy();
    expect(screen.queryByTestId(testid.wizardNext)).toBeNull();
    await go(9, 'finished');
    await waitFor(() => expect(screen.getAllByTestId(testid.check)).toHaveLength(9));
    const clock = screen.getAllByTestId(testid.check)[6];
    expect(clock?.dataset).toMatchObject({ check: 'clock', state: 'odd' });
    expect(within(clock as HTMLElement).getByLabelText(/something to know/)).toBeTruthy();
    expect(screen.queryByTestId(testid.checkRunning)).toBeNull();
    expect(screen.getByText(/It works: OCPI 2.2.1/)).toBeTruthy();
    expectNoToken();
  });

  it('says plainly why one fails, with what was said and without the token', async () => {
    const { go, asked } = tryingCore();
    await open();
    await check('https://bad.example/ocpi/versions');
    await go(4, 'finished');
    expect(await screen.findByText('The partner did not accept our token.')).toBeTruthy();
    expect(screen.getByTestId(testid.problemCode).textContent).toContain('unauthorized: HTTP 401');
    const bad = screen.getAllByTestId(testid.check)[3] as HTMLElement;
    fireEvent.click(within(bad).getByTestId(testid.checkRaw));
    const exchange = within(bad).getByTestId(testid.exchange);
    expect(exchange.textContent).toContain('GET https://ocpi.elwijk.example/ocpi/versions');
    expect(exchange.textContent).toContain('HTTP 401');
    expect(exchange.textContent).toContain('"status_code": 2001');
    expect(exchange.textContent).toContain('Token ••••••');
    expectNoToken();
    fireEvent.click(screen.getByTestId(testid.wizardNext));
    await waitFor(() => expect(callsOf(asked, 'connect_try')).toHaveLength(2));
    expect(callsOf(asked, 'connect_try')[1]).toEqual(callsOf(asked, 'connect_try')[0]);
  });

  it('stops what runs when it goes back or closes', async () => {
    const { asked, id } = tryingCore();
    await open();
    await check();
    await waitFor(() => expect(callsOf(asked, 'connect_trial').length).toBeGreaterThan(0));
    fireEvent.click(screen.getByTestId(testid.wizardCancel));
    await screen.findByTestId(testid.wizardUrl);
    expect(callsOf(asked, 'job_cancel')).toEqual([{ job: id }]);
    fireEvent.keyDown(screen.getByTestId(testid.wizardUrl), { key: 'Escape' });
    await waitFor(() => expect(screen.queryByTestId(testid.wizard)).toBeNull());
    expect(address().params.connect).toBeUndefined();
    expectNoToken();
  });

  it('says why a trial cannot even start', async () => {
    tryingCore({
      connect_try: () => {
        throw { code: 'bad_address', retry: 'after_change', text: 'no host', params: {} };
      },
    });
    await open();
    type(testid.wizardUrl, 'ocpi');
    type(testid.wizardToken, TOKEN);
    await waitFor(() =>
      expect(screen.getByTestId(testid.wizardNext)).toHaveProperty('disabled', false),
    );
    fireEvent.click(screen.getByTestId(testid.wizardNext));
    expect(await screen.findByText('This is no address that can be asked.')).toBeTruthy();
  });

  it('explains the first CDRs before anything is stored', async () => {
    const { go } = tryingCore();
    await open();
    await check();
    await go(9, 'finished');
    fireEvent.click(await screen.findByTestId(testid.wizardNext));
    const sentence = await screen.findByTestId(testid.dryRunSentence);
    expect(sentence.textContent).toBe('18 of 20 CDRs match; nothing is stored yet.');
    const rows = screen.getAllByTestId(testid.dryRunRow);
    expect(rows).toHaveLength(20);
    const differs = rows[3] as HTMLElement;
    expect(differs.dataset.verdict).toBe('differs');
    expect(differs.textContent).toContain('+€0.84');
    expect(differs.textContent).toContain('Parking billed from minute 0');
    expect(within(differs).getByTitle('They ask €0.84 more than the tariff gives')).toBeTruthy();
    fireEvent.click(within(differs).getByRole('button'));
    const detail = screen.getByTestId(testid.dryRunDetail);
    expect(detail.textContent).toContain('0.5 h measured 0.4 h');
    expect(detail.textContent).toContain('DAY-NIGHT, element 3');
    expect(within(detail).getByTestId(testid.findingRow).dataset.code).toBe('part_mismatch');
  });

  it('keeps the schedule, forgets the token and offers to pull', async () => {
    const { go, asked, id } = tryingCore({
      pull_run: () => fake.job({ id: 9001, kind: 'pull', label: 'DE-RHS' }),
    });
    await open('#/import?connect=DE-RHS');
    await toSchedule(go);
    expectNoToken();
    type(testid.wizardEvery, '6');
    type(testid.wizardSinceDay, '2026-09-01');
    const keep = screen.getByTestId(testid.wizardNext);
    expect(keep.textContent).toBe('Connect DE-RHS');
    fireEvent.click(keep);
    expect((await screen.findByTestId(testid.wizardDone)).textContent).toContain('is connected');
    expect(callsOf(asked, 'connect_keep')).toEqual([
      { request: { job: id, every_hours: 6, since: '2026-09-01' } },
    ]);
    expectNoToken();
    fireEvent.click(screen.getByTestId(testid.wizardNext));
    await waitFor(() => expect(callsOf(asked, 'pull_run')).toEqual([{ partner: 'DE-RHS' }]));
    expect(address()).toMatchObject({
      screen: 'partners',
      params: { who: 'DE-RHS', tab: 'connection' },
    });
    expect(toasts.get()).toEqual([]);
  });

  it('leads back to the first step when what was tried is gone', async () => {
    const { go } = tryingCore({
      connect_keep: () => {
        throw { code: 'trial_gone', retry: 'after_change', text: 'job 501', params: {} };
      },
    });
    await open();
    await toSchedule(go);
    fireEvent.click(screen.getByTestId(testid.wizardNext));
    await screen.findByText('This check is too old to be kept.');
    fireEvent.click(within(screen.getByTestId(testid.problem)).getByText('Back'));
    expect(await screen.findByTestId(testid.wizardUrl)).toHaveProperty('value', URL);
    expect(screen.getByTestId(testid.wizardToken)).toHaveProperty('value', '');
  });
});

describe('the ways into the wizard', () => {
  it('lead from the import screen', async () => {
    pretendCore();
    window.location.hash = '#/import';
    render(<App />);
    fireEvent.click(await screen.findByTestId(testid.connectDoor));
    fireEvent.click(await screen.findByTestId(testid.connectPartner('BE-VLC')));
    await screen.findByTestId(testid.wizardUrl);
    expect(address().params.connect).toBe('BE-VLC');
  });

  it('lead from any screen by key, and ask whose server it is', async () => {
    pretendCore();
    window.location.hash = '#/home?month=2026-10';
    render(<App />);
    await screen.findByTestId(testid.homeScreen);
    fireEvent.keyDown(document.body, { key: 'p' });
    fireEvent.keyDown(document.body, { key: 'c' });
    fireEvent.click(await screen.findByTestId(testid.connectPartner('DE-RHS')));
    await screen.findByTestId(testid.wizardUrl);
  });

  it('start from the connection there is, whose token may stay', async () => {
    const { asked } = tryingCore({ connection_get: () => servers.connection() });
    await open('#/partners?who=NL-ELW&tab=connection&connect=NL-ELW');
    expect(screen.getByTestId(testid.wizardUrl)).toHaveProperty(
      'value',
      servers.connection().versions_url,
    );
    const next = screen.getByTestId(testid.wizardNext);
    await waitFor(() => expect(next).toHaveProperty('disabled', false));
    fireEvent.click(next);
    await waitFor(() => expect(callsOf(asked, 'connect_try')).toHaveLength(1));
    expect(callsOf(asked, 'connect_try')[0].request).toMatchObject({
      token: '',
      sent_as: 'base64',
      inside: true,
      besides: ['https://cdrs.elwijk.example'],
      register: null,
    });
  });

  it('start with the addresses and the authority that were given by hand', async () => {
    const kept = servers.connection({
      by_hand: true,
      authority_pem: 'PEM',
      lists: [{ module: 'cdrs', url: 'https://a.example/cdrs' }],
      receivers: [{ module: 'cdrs', url: 'https://a.example/in' }],
    });
    const { asked } = tryingCore({ connection_get: () => kept });
    await open('#/partners?who=NL-ELW&tab=connection&connect=NL-ELW');
    const next = screen.getByTestId(testid.wizardNext);
    await waitFor(() => expect(next).toHaveProperty('disabled', false));
    fireEvent.click(next);
    await waitFor(() => expect(callsOf(asked, 'connect_try')).toHaveLength(1));
    expect(callsOf(asked, 'connect_try')[0].request).toMatchObject({
      version: '2.2.1',
      authority_pem: 'PEM',
      lists: { cdrs: 'https://a.example/cdrs', 'cdrs:receiver': 'https://a.example/in' },
    });
  });

  it('wait for the passphrase that makes the encrypted file', async () => {
    let open = false;
    const asked = pretendCore({
      vault_state: () => servers.vault({ place: 'new_file', open }),
      vault_open: () => {
        open = true;
        return servers.vault({ place: 'file' });
      },
    });
    window.location.hash = '#/import?connect=DE-RHS';
    render(<App />);
    const vault = await screen.findByTestId(testid.vault);
    expect(vault.textContent).toContain('Nobody can recover it');
    type(testid.wizardUrl, URL);
    type(testid.wizardToken, TOKEN);
    expect(screen.getByTestId(testid.wizardNext)).toHaveProperty('disabled', true);
    type(testid.vaultPassphrase, 'a passphrase');
    type(testid.vaultAgain, 'another');
    fireEvent.click(screen.getByTestId(testid.vaultOpen));
    expect((await within(vault).findByRole('alert')).textContent).toContain('not the same');
    type(testid.vaultAgain, 'a passphrase');
    fireEvent.click(screen.getByTestId(testid.vaultOpen));
    await waitFor(() => expect(screen.queryByTestId(testid.vault)).toBeNull());
    expect(callsOf(asked, 'vault_open')).toEqual([{ passphrase: 'a passphrase' }]);
    expect(screen.getByTestId(testid.wizardNext)).toHaveProperty('disabled', false);
    expect(screen.getByTestId(testid.wizardUrl)).toHaveProperty('value', URL);
  });
});
