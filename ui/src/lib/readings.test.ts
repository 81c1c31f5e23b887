import { describe, expect, it } from 'vitest';
import { bothDates, isDecisive, leadingFigure, onlyDigits } from './readings';

describe('what a text can mean', () => {
  it('shows both dates where both are dates', () => {
    expect(bothDates('03/04/2026 08:00')).toEqual(['3 April 2026', '4 March 2026']);
    expect(bothDates('1-12-26')).toEqual(['1 December 2026', '12 January 2026']);
    expect(bothDates('13/04/2026')).toBeNull();
    expect(bothDates('2026-03-04')).toBeNull();
  });

  it('knows a date that decides the order', () => {
    expect(isDecisive('13/05/2026 10:00')).toBe(true);
    expect(isDecisive('05/13/2026')).toBe(true);
    expect(isDecisive('03.04.2026')).toBe(false);
    expect(isDecisive('Start')).toBe(false);
  });

  it('reads a figure in both ways', () => {
    expect(leadingFigure('1.234')).toBe('1');
    expect(onlyDigits('1.234')).toBe('1234');
    expect(onlyDigits('-1,234')).toBe('-1234');
  });
});
