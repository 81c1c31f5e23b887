import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync('src/styles/tokens.css', 'utf8');

function theme(name: 'light' | 'dark'): Map<string, string> {
  const start = css.indexOf(`:root[data-theme="${name}"]`);
  const block = css.slice(start, css.indexOf('\n}', start));
  const tokens = block.matchAll(/(--[a-z0-9-]+):\s*(#[0-9a-f]{6});/g);
  return new Map([...tokens].map((match) => [match[1] ?? '', match[2] ?? '']));
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

/** Text on its ground needs 4.5 : 1; marks and edges of controls need 3 : 1 (WCAG 1.4.3, 1.4.11). */
const PAIRS: [string, string, number][] = [
  ...['--surface', '--surface-2', '--bg'].flatMap<[string, string, number]>((ground) => [
    ['--text', ground, 4.5],
    ['--text-2', ground, 4.5],
    ['--text-3', ground, 4.5],
    ['--accent-text', ground, 4.5],
    ['--bad-fg', ground, 4.5],
  ]),
  ['--text-2', '--surface-3', 4.5],
  ['--text', '--accent-soft', 4.5],
  ['--accent-text', '--accent-soft', 4.5],
  ['--on-accent', '--accent', 4.5],
  ['--on-accent', '--accent-hover', 4.5],
  ...['good', 'warn', 'bad', 'info', 'hold', 'neutral'].map<[string, string, number]>((tone) => [
    `--${tone}-fg`,
    `--${tone}-bg`,
    4.5,
  ]),
  ['--control-line', '--surface', 3],
  ['--focus', '--surface', 3],
  ['--focus', '--surface-2', 3],
  ...['energy', 'time', 'parking', 'flat', 'reservation'].map<[string, string, number]>((lane) => [
    `--lane-${lane}`,
    '--surface',
    3,
  ]),
];

describe.each(['light', 'dark'] as const)('%s theme', (name) => {
  const tokens = theme(name);
  it.each(PAIRS)('%s on %s', (front, ground, least) => {
    const [a, b] = [tokens.get(front), tokens.get(ground)];
    expect(a, front).toBeDefined();
    expect(b, ground).toBeDefined();
    expect(contrast(a ?? '', b ?? '')).toBeGreaterThanOrEqual(least);
  });

  it('names the same tokens as the other', () => {
    const other = theme(name === 'light' ? 'dark' : 'light');
    expect([...tokens.keys()].sort()).toEqual([...other.keys()].sort());
  });
});
