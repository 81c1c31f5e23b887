/** One page cache per table, started over when the result changes. */

import { useEffect, useReducer, useState } from 'react';
import { type FetchPage, PageCache } from '@/lib/paging';

/** What a table reads from: `id` names the result; a new one starts over. */
export interface Result<Row> {
  id: string;
  total: number;
  fetchPage: FetchPage<Row>;
  firstPage?: Row[];
}

function cacheOf<Row>(result: Result<Row>): PageCache<Row> {
  return new PageCache(result.fetchPage, result.total, result.firstPage);
}

export function usePages<Row>(result: Result<Row>): PageCache<Row> {
  const [held, setHeld] = useState(() => ({ id: result.id, cache: cacheOf(result) }));
  let current = held;
  if (held.id !== result.id) {
    current = { id: result.id, cache: cacheOf(result) };
    setHeld(current);
  }
  const { cache } = current;
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  useEffect(() => cache.subscribe(redraw), [cache]);
  return cache;
}
