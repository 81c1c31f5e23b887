/** How this person likes the app. Kept in the window's own storage, not in the book. */

import { createStore } from './store';

export type Theme = 'system' | 'light' | 'dark';
export type Density = 'comfortable' | 'compact';

export interface Prefs {
  theme: Theme;
  density: Density;
  /** Single-letter keys can be switched off (WCAG 2.1.4). */
  singleKeys: boolean;
  /** Columns shown per table, in order. */
  columns: Readonly<Record<string, readonly string[]>>;
}

const KEY = 'tallywatt.prefs';

const DEFAULTS: Prefs = { theme: 'system', density: 'comfortable', singleKeys: true, columns: {} };

function isOneOf<T extends string>(value: unknown, all: readonly T[]): value is T {
  return all.includes(value as T);
}

/** Reads what was kept; whatever does not fit falls back to the default. */
export function readPrefs(text: string | null): Prefs {
  if (!text) return DEFAULTS;
  try {
    const kept = JSON.parse(text) as Partial<Prefs>;
    return {
      theme: isOneOf(kept.theme, ['system', 'light', 'dark']) ? kept.theme : DEFAULTS.theme,
      density: isOneOf(kept.density, ['comfortable', 'compact']) ? kept.density : DEFAULTS.density,
      singleKeys: typeof kept.singleKeys === 'boolean' ? kept.singleKeys : DEFAULTS.singleKeys,
      columns: typeof kept.columns === 'object' && kept.columns ? kept.columns : DEFAULTS.columns,
    };
  } catch {
    return DEFAULTS;
  }
}

function storage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

export const prefs = createStore<Prefs>(readPrefs(storage()?.getItem(KEY) ?? null));

export function setPrefs(change: Partial<Prefs>): void {
  prefs.set((before) => ({ ...before, ...change }));
  storage()?.setItem(KEY, JSON.stringify(prefs.get()));
}

/** Row heights in pixels; the table needs them as numbers, the style sheet as `--row`. */
export const ROW_HEIGHT: Record<Density, number> = { comfortable: 36, compact: 28 };

/** Puts theme and density on the page, and follows the system when asked to. */
export function applyPrefs(): () => void {
  const dark = window.matchMedia?.('(prefers-color-scheme: dark)');
  const apply = () => {
    const { theme, density } = prefs.get();
    const shown = theme === 'system' ? (dark?.matches ? 'dark' : 'light') : theme;
    document.documentElement.dataset.theme = shown;
    document.documentElement.dataset.density = density;
  };
  apply();
  const stop = prefs.subscribe(apply);
  dark?.addEventListener('change', apply);
  return () => {
    stop();
    dark?.removeEventListener('change', apply);
  };
}
