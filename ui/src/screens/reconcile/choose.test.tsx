import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, it, onTestFinished } from 'vitest';
import { setPrefs } from '@/lib/prefs';
import { pretendCore, renderInBook } from '@/lib/testing/core';
import { ChooseMonth } from './ChooseMonth';

async function open() {
  window.location.hash = '#/reconcile?month=2026-10';
  pretendCore();
  renderInBook(<ChooseMonth />);
  return await screen.findAllByRole('link');
}

/** One key where the focus is. */
function press(key: string) {
  fireEvent.keyDown(document.activeElement ?? document.body, { key });
}

it('stands on the first month, and moves as tables do', async () => {
  const links = await open();
  expect(links.length).toBeGreaterThan(2);
  const at = () => links.indexOf(document.activeElement as HTMLElement);
  await waitFor(() => expect(at()).toBe(0));
  for (const [key, to] of [
    ['k', 0],
    ['j', 1],
    ['ArrowDown', 2],
    ['k', 1],
    ['ArrowUp', 0],
  ] as const) {
    press(key);
    expect(at(), key).toBe(to);
  }
  onTestFinished(() => setPrefs({ singleKeys: true }));
  setPrefs({ singleKeys: false });
  press('j');
  expect(at(), 'single letters are no keys').toBe(0);
});

it('leaves the focus where somebody put it', async () => {
  const elsewhere = document.body.appendChild(document.createElement('button'));
  elsewhere.focus();
  await open();
  expect(document.activeElement).toBe(elsewhere);
  elsewhere.remove();
});
