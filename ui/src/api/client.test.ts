import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, describe, expect, it } from 'vitest';
import { api, asProblem, Failure, onJob } from './client';

const problem = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('the call fails'),
    (thrown) => (thrown as Failure).problem,
  );

describe('answers of the core', () => {
  afterEach(() => clearMocks());

  it('come out of their envelope', async () => {
    mockIPC((command) => (command === 'audit_verify' ? { entries: 3, intact: true } : null));
    expect(await api.verifyAudit()).toEqual({ entries: 3, intact: true });
  });

  it('that are problems are thrown as such', async () => {
    const sent = { code: 'book_locked', retry: 'later', text: 'locked by pid 7', params: {} };
    mockIPC(() => {
      throw sent;
    });
    await expect(api.bookInfo()).rejects.toBeInstanceOf(Failure);
    expect(await problem(api.bookInfo())).toEqual(sent);
  });

  it('refused by the permission list come as plain text and become a problem', async () => {
    mockIPC(() => {
      throw 'book_info not allowed. Plugin not found';
    });
    expect(await problem(api.bookInfo())).toMatchObject({ code: 'not_allowed', retry: 'no' });
  });

  it('that are bugs keep their message for support', async () => {
    mockIPC(() => {
      throw new Error('index out of bounds');
    });
    expect(await problem(api.bookInfo())).toMatchObject({
      code: 'bug',
      text: 'index out of bounds',
    });
  });
});

it('makes a problem of anything', () => {
  expect(asProblem(undefined)).toMatchObject({ code: 'bug', text: 'undefined' });
  expect(asProblem({ code: 'x' })).toMatchObject({ code: 'bug' });
});

it('hears of jobs until told to stop', async () => {
  mockIPC(() => null, { shouldMockEvents: true });
  const { emit } = await import('@tauri-apps/api/event');
  const heard: number[] = [];
  const stop = onJob((state) => heard.push(state.id));
  await new Promise((resolve) => setTimeout(resolve, 0));
  await emit('job-changed', { id: 5 });
  stop();
  await emit('job-changed', { id: 6 });
  expect(heard).toEqual([5]);
  clearMocks();
});
