/**
 * Addresses. Every view has one, kept behind the hash so that the back button works and a view can
 * be copied, reopened and put in a note: `#/cdrs?partner=NL-ABC&month=2026-09&q=differs`. A screen
 * that is about one partner-month has both in its path: `#/reconcile/NL-ABC/2026-09?bucket=differs`.
 */

import { useSyncExternalStore } from 'react';

export const SCREENS = [
  'home',
  'import',
  'cdrs',
  'reconcile',
  'settle',
  'partners',
  'audit',
] as const;
export type Screen = (typeof SCREENS)[number];

export interface Address {
  screen: Screen;
  /** The partner all screens are narrowed to, such as NL-ABC. */
  partner: string | null;
  /** The month all screens are narrowed to, such as 2026-09. */
  month: string | null;
  /** Everything else a screen keeps in its address. */
  params: Readonly<Record<string, string>>;
}

export function parseAddress(hash: string): Address {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?', 2);
  const [name, ofPartner, ofMonth] = path.split('/').map(decodeURIComponent);
  const screen = SCREENS.find((s) => s === name) ?? 'home';
  const params: Record<string, string> = {};
  let partner: string | null = ofPartner || null;
  let month: string | null = ofMonth || null;
  for (const [key, value] of new URLSearchParams(query)) {
    if (key === 'partner') partner = value || null;
    else if (key === 'month') month = value || null;
    else if (value) params[key] = value;
  }
  return { screen, partner, month, params };
}

export function formatAddress(address: Address): string {
  const query = new URLSearchParams();
  const { screen, partner, month } = address;
  const inPath = screen === 'reconcile' && partner && month;
  if (partner && !inPath) query.set('partner', partner);
  if (month && !inPath) query.set('month', month);
  for (const key of Object.keys(address.params).sort()) {
    const value = address.params[key];
    if (value) query.set(key, value);
  }
  const text = query.toString();
  const path = inPath ? `${screen}/${encodeURIComponent(partner)}/${month}` : screen;
  return `#/${path}${text ? `?${text}` : ''}`;
}

export interface Change {
  screen?: Screen;
  partner?: string | null;
  month?: string | null;
  /** Replaces the screen's own parameters; a change of screen drops them. */
  params?: Record<string, string | null | undefined>;
}

/** What a screen shows of one partner; it goes when another partner is chosen for all screens. */
const OF_A_PARTNER = ['who', 'tariff'];

/** What a screen shows of one partner-month; it goes with either. */
const OF_A_MONTH = ['cause', 'at', 'finding', 'evse', 'day', 'row'];

/** The address after a change. Partner and month stay; a new screen starts without parameters. */
export function changed(from: Address, change: Change): Address {
  const screen = change.screen ?? from.screen;
  const before = screen === from.screen ? from.params : {};
  const params: Record<string, string> = { ...before };
  if (change.partner !== undefined) for (const key of OF_A_PARTNER) delete params[key];
  if (change.partner !== undefined || change.month !== undefined) {
    for (const key of OF_A_MONTH) delete params[key];
  }
  for (const [key, value] of Object.entries(change.params ?? {})) {
    if (value) params[key] = value;
    else delete params[key];
  }
  return {
    screen,
    partner: change.partner === undefined ? from.partner : change.partner,
    month: change.month === undefined ? from.month : change.month,
    params,
  };
}

let current: Address | null = null;
let currentHash: string | null = null;

export function address(): Address {
  const hash = window.location.hash;
  if (current === null || hash !== currentHash) {
    currentHash = hash;
    current = parseAddress(hash);
  }
  return current;
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  window.addEventListener('popstate', listener);
  return () => {
    window.removeEventListener('hashchange', listener);
    window.removeEventListener('popstate', listener);
  };
}

export function useAddress(): Address {
  return useSyncExternalStore(subscribe, address, address);
}

/** Goes to the changed address. `replace` leaves no step in the history, as typing should. */
export function navigate(change: Change, replace = false): void {
  const hash = formatAddress(changed(address(), change));
  if (hash === window.location.hash) return;
  if (replace) {
    window.history.replaceState(null, '', hash);
    window.dispatchEvent(new PopStateEvent('popstate'));
  } else {
    window.location.hash = hash;
  }
}
