import { describe, expect, it } from 'vitest';
import { address, changed, formatAddress, navigate, parseAddress } from './router';

describe('addresses', () => {
  it('come back whole', () => {
    const text = '#/cdrs?partner=NL-ABC&month=2026-09&cdr=12&q=differs+%3E0.50+%22two+words%22';
    expect(formatAddress(parseAddress(text))).toBe(text);
    expect(parseAddress(text)).toEqual({
      screen: 'cdrs',
      partner: 'NL-ABC',
      month: '2026-09',
      params: { cdr: '12', q: 'differs >0.50 "two words"' },
    });
  });

  it('that nobody knows lead home', () => {
    expect(parseAddress('#/nowhere').screen).toBe('home');
    expect(parseAddress('').screen).toBe('home');
  });

  it('keep partner and month, and leave a screen’s own parameters behind', () => {
    const from = parseAddress('#/cdrs?partner=NL-ABC&month=2026-09&q=differs');
    expect(formatAddress(changed(from, { screen: 'settle' }))).toBe(
      '#/settle?partner=NL-ABC&month=2026-09',
    );
    expect(formatAddress(changed(from, { params: { cdr: '7' } }))).toContain('q=differs');
    expect(formatAddress(changed(from, { params: { q: null } }))).not.toContain('q=');
  });

  it('leave the partner of a screen behind when another is chosen for all', () => {
    const from = parseAddress('#/partners?who=NL-ABC&tab=tariffs&tariff=T1');
    expect(formatAddress(changed(from, { partner: 'DE-XYZ' }))).toBe(
      '#/partners?partner=DE-XYZ&tab=tariffs',
    );
  });

  it('change with the hash', () => {
    navigate({ screen: 'cdrs', month: '2026-09' });
    expect(address()).toMatchObject({ screen: 'cdrs', month: '2026-09' });
    navigate({ params: { q: 'x' } }, true);
    expect(window.location.hash).toBe('#/cdrs?month=2026-09&q=x');
  });
});
