/** Turns key presses into commands: chords (`Mod+K`), sequences (`g h`) and single letters. */

import { ALL, type CommandId, isAvailable, runCommand } from './commands';
import { prefs } from './prefs';

/** A sequence such as `g h` must be finished within this time. */
const SEQUENCE_MS = 1200;

export const IS_MAC = typeof navigator !== 'undefined' && /Mac/.test(navigator.platform ?? '');

/** A press as written in the command list: `Mod+K`, `Shift+ArrowDown`, `?`, `j`. */
export function pressOf(event: KeyboardEvent): string {
  const mod = event.ctrlKey || event.metaKey;
  let key = event.key === ' ' ? 'Space' : event.key;
  const isLetter = key.length === 1 && /[a-z]/i.test(key);
  if (isLetter) key = mod ? key.toUpperCase() : key.toLowerCase();
  const shift = event.shiftKey && (isLetter || key.length > 1) ? 'Shift+' : '';
  const alt = event.altKey ? 'Alt+' : '';
  return `${shift}${mod ? 'Mod+' : ''}${alt}${key}`;
}

/** Is the focus somewhere that letters are typed into? */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  if (!(target instanceof HTMLInputElement)) return false;
  return !['checkbox', 'radio', 'button', 'range', 'file', 'submit'].includes(target.type);
}

function modalIsOpen(): boolean {
  return document.querySelector('[data-modal]') !== null;
}

/** Single characters and sequences of them, which people may want switched off. */
function isSingleKey(keys: string): boolean {
  return keys.split(' ').every((part) => part.length === 1);
}

/** Listens on the window until told to stop. */
export function listenForKeys(): () => void {
  let pending = '';
  let since = 0;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    const press = pressOf(event);
    const typing = isTyping(event.target);
    const now = event.timeStamp;
    const sequence = pending && now - since < SEQUENCE_MS ? `${pending} ${press}` : press;
    pending = '';
    for (const command of ALL) {
      if (command.inTable) continue;
      for (const keys of command.keys) {
        const single = isSingleKey(keys);
        if (single && (typing || !prefs.get().singleKeys || event.altKey)) continue;
        if (keys === 'Escape' && typing) continue;
        if (modalIsOpen() && command.id !== 'palette') continue;
        if (keys === sequence || keys === press) {
          if (run(command.id, event)) return;
        } else if (keys.startsWith(`${sequence} `)) {
          pending = sequence;
          since = now;
        }
      }
    }
    if (!typing && !modalIsOpen() && TABLE_KEYS.has(press)) handToTable(event);
  };
  window.addEventListener('keydown', onKeyDown);
  return () => window.removeEventListener('keydown', onKeyDown);
}

function run(id: CommandId, event: KeyboardEvent): boolean {
  if (!isAvailable(id)) return false;
  event.preventDefault();
  return runCommand(id);
}

const TABLE_KEYS = new Set([
  'e',
  'Enter',
  'Space',
  'j',
  'k',
  'x',
  'ArrowDown',
  'ArrowUp',
  'PageDown',
  'PageUp',
  'Home',
  'End',
]);

/** With the focus nowhere, row keys go to the screen's table. */
function handToTable(event: KeyboardEvent): void {
  if (event.target !== document.body) return;
  const grid = document.querySelector<HTMLElement>('[data-main-grid]');
  if (!grid) return;
  event.preventDefault();
  grid.focus();
  grid.dispatchEvent(new KeyboardEvent('keydown', { key: event.key, bubbles: true }));
}

const NAMES: Record<string, string> = {
  ArrowDown: '↓',
  ArrowUp: '↑',
  Escape: 'Esc',
  PageDown: 'PgDn',
  PageUp: 'PgUp',
  Enter: '↵',
};

/** The parts of a key as drawn on keycaps: `Mod+K` is ⌘ K on a Mac, Ctrl K elsewhere. */
export function keycaps(keys: string): string[] {
  return keys
    .split(/[ +]/)
    .filter(Boolean)
    .map((part) => {
      if (part === 'Mod') return IS_MAC ? '⌘' : 'Ctrl';
      if (part.length === 1) return part.toUpperCase();
      return NAMES[part] ?? part;
    });
}
