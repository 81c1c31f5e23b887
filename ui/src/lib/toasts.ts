/** Short notes at the bottom right. One with *Undo* stays for 10 seconds. */

import { createStore } from './store';

export interface Toast {
  id: number;
  text: string;
  tone: 'done' | 'problem';
  undo?: () => void;
  /** Leads to what the note is about. */
  show?: () => void;
}

/** How long a toast stays, in milliseconds. */
export const TOAST_MS = 10_000;

export const toasts = createStore<readonly Toast[]>([]);

let next = 1;
const timers = new Map<number, ReturnType<typeof setTimeout>>();

export function dismiss(id: number): void {
  clearTimeout(timers.get(id));
  timers.delete(id);
  toasts.set((before) => before.filter((toast) => toast.id !== id));
}

export function toast(
  text: string,
  options: Partial<Pick<Toast, 'tone' | 'undo' | 'show'>> = {},
): number {
  const id = next;
  next += 1;
  const shown: Toast = { id, text, tone: options.tone ?? 'done' };
  if (options.undo) {
    const undo = options.undo;
    shown.undo = () => {
      dismiss(id);
      undo();
    };
  }
  if (options.show) {
    const { show } = options;
    shown.show = () => {
      dismiss(id);
      show();
    };
  }
  toasts.set((before) => [...before.slice(-3), shown]);
  timers.set(
    id,
    setTimeout(() => dismiss(id), TOAST_MS),
  );
  return id;
}

/** Keeps a toast while the pointer or the focus rests on it. */
export function hold(id: number): void {
  clearTimeout(timers.get(id));
  timers.delete(id);
}

/** Lets a held toast go after the usual time. */
export function release(id: number): void {
  hold(id);
  timers.set(
    id,
    setTimeout(() => dismiss(id), TOAST_MS),
  );
}

/** The undo of the latest toast that has one. */
export function latestUndo(): (() => void) | undefined {
  return [...toasts.get()].reverse().find((toast) => toast.undo)?.undo;
}
