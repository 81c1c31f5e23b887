/**
 * Every command of the app, declared once. The palette, menus, shortcuts and the key help all read
 * this list; a command nobody handles at the moment is not offered.
 */

import { useLayoutEffect, useRef } from 'react';
import { createStore, useStore } from './store';

export type CommandGroup = 'go' | 'view' | 'table' | 'reconcile' | 'work' | 'app';

interface Spec {
  id: string;
  group: CommandGroup;
  /** Keys as typed: `g h`, `Mod+K`, `?`. The first is shown. */
  keys: readonly string[];
  /** Handled by the table itself while it has the focus; listed for the help. */
  inTable?: true;
}

export const COMMANDS = [
  { id: 'go.home', group: 'go', keys: ['g h'] },
  { id: 'go.import', group: 'go', keys: ['g i'] },
  { id: 'go.cdrs', group: 'go', keys: ['g c'] },
  { id: 'go.reconcile', group: 'go', keys: ['g r'] },
  { id: 'go.settle', group: 'go', keys: ['g s'] },
  { id: 'go.partners', group: 'go', keys: ['g p'] },
  { id: 'go.audit', group: 'go', keys: ['g a'] },
  { id: 'month.previous', group: 'view', keys: ['['] },
  { id: 'month.next', group: 'view', keys: [']'] },
  { id: 'filter.focus', group: 'view', keys: ['/'] },
  { id: 'filter.clear', group: 'view', keys: [] },
  { id: 'panel.close', group: 'view', keys: ['Escape'] },
  { id: 'columns.choose', group: 'view', keys: [] },
  { id: 'row.next', group: 'table', keys: ['j', 'ArrowDown'], inTable: true },
  { id: 'row.previous', group: 'table', keys: ['k', 'ArrowUp'], inTable: true },
  { id: 'row.page', group: 'table', keys: ['PageDown', 'PageUp'], inTable: true },
  { id: 'row.ends', group: 'table', keys: ['Home', 'End'], inTable: true },
  { id: 'row.select', group: 'table', keys: ['x'], inTable: true },
  { id: 'row.extend', group: 'table', keys: ['Shift+ArrowDown', 'Shift+ArrowUp'], inTable: true },
  { id: 'row.selectAll', group: 'table', keys: ['Mod+A'], inTable: true },
  { id: 'row.peek', group: 'table', keys: ['Space'], inTable: true },
  { id: 'row.open', group: 'table', keys: ['Enter'], inTable: true },
  { id: 'partner.connect', group: 'work', keys: ['p c'] },
  { id: 'partner.pull', group: 'work', keys: ['p l'] },
  { id: 'cdr.explain', group: 'work', keys: ['e'], inTable: true },
  { id: 'cdr.accept', group: 'work', keys: ['1'] },
  { id: 'reconcile.dispute', group: 'reconcile', keys: ['2'] },
  { id: 'reconcile.hold', group: 'reconcile', keys: ['3'] },
  { id: 'reconcile.link', group: 'reconcile', keys: ['4'] },
  { id: 'reconcile.exclude', group: 'reconcile', keys: [] },
  { id: 'reconcile.holdUntil', group: 'reconcile', keys: [] },
  { id: 'reconcile.within', group: 'reconcile', keys: ['a'] },
  { id: 'reconcile.tolerance', group: 'reconcile', keys: ['t'] },
  { id: 'reconcile.rule', group: 'reconcile', keys: ['r'] },
  { id: 'reconcile.explain', group: 'reconcile', keys: ['i'] },
  { id: 'reconcile.again', group: 'reconcile', keys: [] },
  { id: 'reconcile.causes', group: 'reconcile', keys: [] },
  { id: 'reconcile.findings', group: 'reconcile', keys: [] },
  { id: 'reconcile.stations', group: 'reconcile', keys: [] },
  { id: 'reconcile.charts', group: 'reconcile', keys: [] },
  { id: 'reconcile.rules', group: 'reconcile', keys: [] },
  { id: 'cdr.copyText', group: 'work', keys: ['c'] },
  { id: 'cdr.whatif', group: 'work', keys: ['w'] },
  { id: 'import.choose', group: 'work', keys: [] },
  { id: 'import.run', group: 'work', keys: ['Mod+Enter'] },
  { id: 'month.replay', group: 'work', keys: [] },
  { id: 'settle.draft', group: 'work', keys: [] },
  { id: 'settle.issue', group: 'work', keys: [] },
  { id: 'partner.new', group: 'work', keys: [] },
  { id: 'export', group: 'work', keys: ['Mod+E'] },
  { id: 'undo', group: 'work', keys: ['u', 'Mod+Z'] },
  { id: 'palette', group: 'app', keys: ['Mod+K'] },
  { id: 'help', group: 'app', keys: ['?'] },
  { id: 'copy.address', group: 'app', keys: [] },
  { id: 'theme.light', group: 'app', keys: [] },
  { id: 'theme.dark', group: 'app', keys: [] },
  { id: 'theme.system', group: 'app', keys: [] },
  { id: 'density.toggle', group: 'app', keys: [] },
] as const satisfies readonly Spec[];

export type CommandId = (typeof COMMANDS)[number]['id'];
export type Command = Spec & { id: CommandId };

/** The list without its literal types, for code that walks through it. */
export const ALL: readonly Command[] = COMMANDS;

const handlers = createStore<ReadonlyMap<CommandId, readonly (() => void)[]>>(new Map());

function change(id: CommandId, next: (before: readonly (() => void)[]) => readonly (() => void)[]) {
  handlers.set((before) => {
    const after = new Map(before);
    const list = next(after.get(id) ?? []);
    if (list.length === 0) after.delete(id);
    else after.set(id, list);
    return after;
  });
}

/** Offers a handler while it is mounted; the latest one wins. Returns how to take it back. */
export function handle(id: CommandId, run: () => void): () => void {
  change(id, (before) => [...before, run]);
  return () => change(id, (before) => before.filter((one) => one !== run));
}

/** Handles a command while this component shows and `enabled` holds, from its first paint on. */
export function useCommand(id: CommandId, run: () => void, enabled = true): void {
  const latest = useRef(run);
  latest.current = run;
  useLayoutEffect(() => {
    if (!enabled) return;
    return handle(id, () => latest.current());
  }, [id, enabled]);
}

export function isAvailable(id: CommandId): boolean {
  return handlers.get().has(id);
}

/** Runs a command if somebody handles it now; says whether it did. */
export function runCommand(id: CommandId): boolean {
  const list = handlers.get().get(id);
  const run = list?.[list.length - 1];
  if (!run) return false;
  run();
  return true;
}

/** The commands that can be run now, in list order. */
export function useAvailable(): readonly Command[] {
  const map = useStore(handlers);
  return ALL.filter((command) => map.has(command.id));
}
