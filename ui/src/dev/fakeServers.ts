/**
 * Answers of the made-up servers. `?vault=file`, `new_file` or `none` in the page's address locks
 * the tokens; the passphrase is `pass`. An address with `bad` in it takes no token.
 */

import type { ConnectionDto, ConnectKeep, ConnectRequest, VaultDto } from '@/api/client';
import * as servers from './fakeConnect';
import { cancelJob, work } from './fakeJobs';

interface Tried {
  request: ConnectRequest;
  steps: number;
}

const tried = new Map<number, Tried>();
const connections = new Map<string, ConnectionDto>([['NL-ELW', servers.connection()]]);
let queue = servers.pushQueue();
let vault: VaultDto = lockedAt(new URLSearchParams(window.location.search).get('vault'));

function lockedAt(place: string | null): VaultDto {
  return place === null ? servers.vault() : { place, open: false };
}

function get(partner: string): ConnectionDto {
  return connections.get(partner) ?? servers.noConnection(partner);
}

function set(connection: ConnectionDto): ConnectionDto {
  connections.set(connection.partner, connection);
  return connection;
}

/** The next pull after so many hours. */
function nextAfter(everyHours: number | null): string | null {
  if (everyHours === null) return null;
  return new Date(Date.now() + everyHours * 3_600_000).toISOString();
}

function tryOut(request: ConnectRequest) {
  const one: Tried = { request, steps: 0 };
  const steps = servers.stepsOf(request);
  const job = work({
    kind: 'connect',
    label: request.partner,
    total: steps,
    unit: 'steps',
    steps,
    pace: 500,
    onStep: (step) => {
      one.steps = step;
    },
  });
  tried.set(job.id, one);
  return job;
}

function keep({ job, every_hours }: ConnectKeep): ConnectionDto {
  const one = tried.get(job);
  if (!one) throw { code: 'trial_gone', retry: 'after_change', text: `job ${job}`, params: {} };
  const { request } = one;
  return set({
    ...servers.connection({ partner: request.partner, pulls: [], besides: request.besides }),
    versions_url: request.url,
    registered: request.register !== null,
    plain_http: request.plain_http,
    inside: request.inside,
    every_hours,
    since: new Date().toISOString(),
    next_pull_at: nextAfter(every_hours),
  });
}

function pulled(partner: string): void {
  const before = get(partner);
  const pulls = servers.connection().pulls.map((one) => ({
    ...one,
    ended_at: new Date().toISOString(),
    outcome: 'complete',
    streak: 0,
    problem: null,
  }));
  set({ ...before, pulls });
}

function pushed(refusedAgain: boolean): void {
  const sent = queue.to_send + queue.unknown + (refusedAgain ? queue.refused : 0);
  queue = {
    ...queue,
    to_send: 0,
    unknown: 0,
    refused: refusedAgain ? 0 : queue.refused,
    sent: queue.sent + sent,
    rows: queue.rows.map((row) =>
      row.state === 'refused' && !refusedAgain ? row : { ...row, state: 'sent', problem: null },
    ),
  };
}

export const serverAnswers = {
  job_cancel: ({ job }: { job: number }) => cancelJob(job),
  vault_state: () => vault,
  vault_open: ({ passphrase }: { passphrase: string }) => {
    if (vault.place === 'file' && passphrase !== 'pass') {
      throw { code: 'secrets', retry: 'after_change', text: 'wrong passphrase', params: {} };
    }
    vault = { place: 'file', open: true };
    return vault;
  },
  connection_get: ({ partner }: { partner: string }) => get(partner),
  connect_try: ({ request }: { request: ConnectRequest }) => tryOut(request),
  connect_trial: ({ job }: { job: number }) => {
    const one = tried.get(job);
    return one && servers.trial(one.request, one.steps);
  },
  connect_keep: ({ request }: { request: ConnectKeep }) => keep(request),
  connection_schedule: (args: { partner: string; everyHours: number | null }) =>
    set({
      ...get(args.partner),
      every_hours: args.everyHours,
      next_pull_at: nextAfter(args.everyHours),
    }),
  connection_renew: ({ partner }: { partner: string }) => get(partner),
  connection_remove: ({ partner }: { partner: string }) => {
    connections.delete(partner);
    return servers.noConnection(partner);
  },
  pull_run: ({ partner }: { partner: string }) =>
    work({
      kind: 'pull',
      label: partner,
      total: 1827,
      onStep: (step) => {
        if (step === 40) pulled(partner);
      },
    }),
  push_queue: () => queue,
  push_run: ({ request }: { request: { partner: string; refused_again: boolean } }) =>
    work({
      kind: 'push',
      label: request.partner,
      total: 13,
      steps: 13,
      pace: 250,
      onStep: (step) => {
        if (step === 13) pushed(request.refused_again);
      },
    }),
};
