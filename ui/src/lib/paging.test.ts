import { describe, expect, it, vi } from 'vitest';
import { PAGE_ROWS, PAGES_KEPT, PageCache } from './paging';

const page = (start: number, count: number) => Array.from({ length: count }, (_, i) => start + i);
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('pages of a long result', () => {
  it('asks once per page, and looks one page ahead', async () => {
    const fetch = vi.fn(async (start: number, count: number) => page(start, count));
    const cache = new PageCache(fetch, 1_000_000);
    cache.show(250, 280);
    cache.show(251, 281);
    await settle();
    expect(fetch.mock.calls.map(([start]) => start)).toEqual([200, 400, 0]);
    expect(cache.row(250)).toBe(250);
    expect(cache.row(5000)).toBeUndefined();
  });

  it('starts with the page that came with the view', async () => {
    const fetch = vi.fn(async (start: number, count: number) => page(start, count));
    const cache = new PageCache(fetch, 150, page(0, 150));
    cache.show(0, 30);
    await settle();
    expect(cache.row(149)).toBe(149);
    expect(fetch).not.toHaveBeenCalled();
  });

  it('never asks for a page that went out of sight before its turn', async () => {
    const waiting: (() => void)[] = [];
    const asked: number[] = [];
    const cache = new PageCache<number>((start, count) => {
      asked.push(start / PAGE_ROWS);
      return new Promise((resolve) => waiting.push(() => resolve(page(start, count))));
    }, 1_000_000);
    // A drag of the bar over the whole list: two requests are under way, the rest is dropped.
    for (let at = 0; at < 900_000; at += 100_000) cache.show(at, at + 30);
    expect(asked.length).toBe(2);
    for (const answer of waiting.splice(0)) answer();
    await settle();
    expect(asked.slice(2)).toEqual([4000, 4001]);
  });

  it('keeps fifty pages and drops the longest unused', async () => {
    const cache = new PageCache(async (start, count) => page(start, count), 1_000_000);
    for (let n = 0; n < 80; n += 1) {
      cache.show(n * PAGE_ROWS, n * PAGE_ROWS + 30);
      await settle();
    }
    expect(cache.pagesHeld()).toBe(PAGES_KEPT);
    expect(cache.row(0)).toBeUndefined();
    expect(cache.row(79 * PAGE_ROWS)).toBe(79 * PAGE_ROWS);
  });

  it('reports a failure and asks again when told to', async () => {
    let broken = true;
    const cache = new PageCache(async (start: number, count: number) => {
      if (broken) throw new Error('disk');
      return page(start, count);
    }, 100);
    cache.show(0, 30);
    await settle();
    expect(cache.failure()).toBeInstanceOf(Error);
    broken = false;
    cache.retry(0, 30);
    await settle();
    expect(cache.failure()).toBeUndefined();
    expect(cache.row(7)).toBe(7);
  });

  it('puts changed rows in their place', async () => {
    const cache = new PageCache(
      async (start, count) => page(start, count).map((id) => ({ id, state: 'differs' })),
      300,
    );
    cache.show(0, 30);
    await settle();
    const told = vi.fn();
    cache.subscribe(told);
    cache.replace([{ id: 7, state: 'accepted' }], (a, b) => a.id === b.id);
    expect(cache.row(7)).toEqual({ id: 7, state: 'accepted' });
    expect(cache.row(8)).toEqual({ id: 8, state: 'differs' });
    expect(told).toHaveBeenCalledTimes(1);
  });

  it('fetches a range over pages for extending a selection', async () => {
    const cache = new PageCache(async (start, count) => page(start, count), 1_000_000);
    expect(await cache.range(150, 450)).toEqual(page(150, 300));
  });
});
