/** What every test needs: a clean page, and the observers that the test page has not. */

import { cleanup, configure } from '@testing-library/react';
import { afterEach, beforeEach } from 'vitest';
import { jobs } from '@/lib/jobs';
import { toasts } from '@/lib/toasts';
import { queue } from '@/screens/import/queue';

configure({
  // The message says what was not found; the whole page beside it would bury it.
  getElementError: (message) => new Error(message ?? 'not found'),
  // How long something may take to appear on a busy machine.
  asyncUtilTimeout: 15_000,
});

class Observer {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
  takeRecords(): [] {
    return [];
  }
}

beforeEach(() => {
  Object.assign(globalThis, { ResizeObserver: Observer, IntersectionObserver: Observer });
  window.location.hash = '';
  window.localStorage.clear();
  toasts.set([]);
  jobs.set(new Map());
  queue.set({ entries: [], current: null });
});

afterEach(() => cleanup());
