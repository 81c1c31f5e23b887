import { describe, expect, it } from 'vitest';
import { extend, isSelected, NOTHING, selectMatching, size, toggle } from './selection';

describe('a selection', () => {
  it('counts picked rows and forgets the last one', () => {
    const one = toggle(NOTHING, '7', 'f');
    const two = extend(one, ['8', '9', '7'], 'f');
    expect(size(two)).toBe(3);
    expect(toggle(one, '7', 'f')).toEqual(NOTHING);
  });

  it('is the filter when all that match are selected, however many', () => {
    const all = selectMatching('differs', 41_233);
    expect(size(all)).toBe(41_233);
    expect(isSelected(all, 'any', 'differs')).toBe(true);
    const less = toggle(toggle(all, '7', 'differs'), '8', 'differs');
    expect(size(less)).toBe(41_231);
    expect(isSelected(less, '7', 'differs')).toBe(false);
    expect(size(extend(less, ['7'], 'differs'))).toBe(41_232);
  });

  it('stays what it is when the table shows another filter', () => {
    const all = selectMatching('differs', 41_233);
    expect(isSelected(all, '7', 'matched')).toBe(false);
    const picked = toggle(NOTHING, '7', 'differs');
    expect(isSelected(picked, '7', 'matched')).toBe(true);
  });

  it('of nothing is nothing', () => {
    expect(selectMatching('differs', 0)).toEqual(NOTHING);
    expect(toggle(selectMatching('f', 1), '1', 'f')).toEqual(NOTHING);
  });
});
