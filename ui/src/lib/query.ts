/**
 * Reading from the core: one answer per key, the old one shown until the new one is here, and
 * everything under a topic read again when something changed it.
 */

import { useCallback, useEffect, useRef, useState } from 'react';
import { asProblem, type Problem } from '@/api/client';

/** What a decision or an import may change. */
export type Topic =
  | 'book'
  | 'board'
  | 'cdrs'
  | 'cdr'
  | 'reconcile'
  | 'imports'
  | 'settle'
  | 'audit'
  | 'connection';

const listeners = new Map<Topic, Set<() => void>>();

/** Everything that shows one of these topics reads it again. */
export function changedTopics(...topics: Topic[]): void {
  for (const topic of topics) {
    for (const listener of [...(listeners.get(topic) ?? [])]) listener();
  }
}

/** A decision about CDRs or sessions was made or undone. */
export function decisionsChanged(): void {
  changedTopics('cdrs', 'cdr', 'board', 'reconcile', 'settle', 'audit');
}

export function onTopic(topic: Topic, listener: () => void): () => void {
  const set = listeners.get(topic) ?? new Set();
  listeners.set(topic, set);
  set.add(listener);
  return () => set.delete(listener);
}

export interface Answer<T> {
  data: T | undefined;
  problem: Problem | undefined;
  /** True while an answer is on its way; `data` is then the one before. */
  loading: boolean;
  reload: () => void;
}

interface State<T> {
  data: T | undefined;
  problem: Problem | undefined;
  loading: boolean;
}

/** Reads `key`; a null key reads nothing. */
export function useQuery<T>(topic: Topic, key: string | null, read: () => Promise<T>): Answer<T> {
  const [state, setState] = useState<State<T>>({
    data: undefined,
    problem: undefined,
    loading: key !== null,
  });
  const [turn, setTurn] = useState(0);
  const latest = useRef(read);
  latest.current = read;

  useEffect(() => onTopic(topic, () => setTurn((n) => n + 1)), [topic]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks for another reading
  useEffect(() => {
    if (key === null) {
      setState({ data: undefined, problem: undefined, loading: false });
      return;
    }
    let wanted = true;
    setState((before) => ({ ...before, loading: true }));
    latest
      .current()
      .then((data) => {
        if (wanted) setState({ data, problem: undefined, loading: false });
      })
      .catch((thrown: unknown) => {
        if (wanted) setState({ data: undefined, problem: asProblem(thrown), loading: false });
      });
    return () => {
      wanted = false;
    };
  }, [key, turn]);

  const reload = useCallback(() => setTurn((n) => n + 1), []);
  return { ...state, reload };
}
