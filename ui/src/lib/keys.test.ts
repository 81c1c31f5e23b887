import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ALL, type CommandId, handle, isAvailable, runCommand } from './commands';
import { keycaps, listenForKeys, pressOf } from './keys';
import { setPrefs } from './prefs';

const press = (key: string, init: KeyboardEventInit = {}, target: EventTarget = document.body) => {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init });
  target.dispatchEvent(event);
  return event;
};

describe('keys', () => {
  let stop: () => void;
  const undo: (() => void)[] = [];
  const on = (id: CommandId) => {
    const run = vi.fn();
    undo.push(handle(id, run));
    return run;
  };
  beforeEach(() => {
    stop = listenForKeys();
    setPrefs({ singleKeys: true });
  });
  afterEach(() => {
    stop();
    for (const one of undo.splice(0)) one();
    document.body.innerHTML = '';
  });

  it('run chords, sequences and single letters', () => {
    const palette = on('palette');
    const cdrs = on('go.cdrs');
    const help = on('help');
    press('k', { ctrlKey: true });
    press('g');
    press('c');
    press('?', { shiftKey: true });
    expect([palette, cdrs, help].map((run) => run.mock.calls.length)).toEqual([1, 1, 1]);
  });

  it('do not fire in text fields, but chords do', () => {
    const help = on('help');
    const palette = on('palette');
    const input = document.createElement('input');
    document.body.append(input);
    press('?', {}, input);
    press('k', { metaKey: true }, input);
    expect(help).not.toHaveBeenCalled();
    expect(palette).toHaveBeenCalledTimes(1);
  });

  it('can have their single letters switched off', () => {
    const go = on('go.home');
    const undoLatest = on('undo');
    setPrefs({ singleKeys: false });
    press('g');
    press('h');
    press('u');
    expect(go).not.toHaveBeenCalled();
    press('z', { ctrlKey: true });
    expect(undoLatest).toHaveBeenCalledTimes(1);
  });

  it('leave a key alone that no command handles now', () => {
    expect(press('1').defaultPrevented).toBe(false);
    on('cdr.accept');
    expect(press('1').defaultPrevented).toBe(true);
  });

  it('are written the way the list writes them', () => {
    expect(pressOf(new KeyboardEvent('keydown', { key: 'ArrowDown', shiftKey: true }))).toBe(
      'Shift+ArrowDown',
    );
    expect(pressOf(new KeyboardEvent('keydown', { key: 'K', ctrlKey: true }))).toBe('Mod+K');
    expect(pressOf(new KeyboardEvent('keydown', { key: ' ' }))).toBe('Space');
    expect(keycaps('g c')).toEqual(['G', 'C']);
  });
});

describe('commands', () => {
  it('have one name each, and no key twice', () => {
    const ids = ALL.map((command) => command.id);
    expect(new Set(ids).size).toBe(ids.length);
    const keys = ALL.flatMap((command) => command.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('run the latest handler only, and nothing without one', () => {
    const first = vi.fn();
    const second = vi.fn();
    const forget = [handle('help', first), handle('help', second)];
    runCommand('help');
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([0, 1]);
    for (const one of forget) one();
    expect(isAvailable('help')).toBe(false);
    expect(runCommand('help')).toBe(false);
  });
});
