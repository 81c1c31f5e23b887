import { describe, expect, it } from 'vitest';
import {
  contentHeight,
  maxScrollTop,
  maxVirtualTop,
  onScrolled,
  reveal,
  SPACER_CAP,
  spacerHeight,
  toScrollTop,
  toVirtualTop,
  visibleRows,
} from './scroll';

const small = { rows: 1000, rowHeight: 36, viewport: 720 };
const million = { rows: 1_000_000, rowHeight: 36, viewport: 720 };

describe('a list that fits', () => {
  it('scrolls pixel by pixel', () => {
    expect(spacerHeight(small)).toBe(contentHeight(small));
    expect(onScrolled({ scrollTop: 0, virtualTop: 0 }, 5000, small).virtualTop).toBe(5000);
  });
});

describe('a million rows', () => {
  it('never asks for a spacer a webview cannot make', () => {
    expect(contentHeight(million)).toBe(36_000_000);
    expect(spacerHeight(million)).toBe(SPACER_CAP);
  });

  it('maps both ends exactly, and back', () => {
    expect(toVirtualTop(0, million)).toBe(0);
    expect(toVirtualTop(maxScrollTop(million), million)).toBe(maxVirtualTop(million));
    expect(toScrollTop(maxVirtualTop(million), million)).toBe(maxScrollTop(million));
    const middle = toVirtualTop(8_000_000, million);
    expect(toScrollTop(middle, million)).toBeCloseTo(8_000_000, 3);
  });

  it('moves by the same pixels for a wheel, in proportion for a drag', () => {
    const at = { scrollTop: 8_000_000, virtualTop: 18_000_000 };
    expect(onScrolled(at, 8_000_120, million).virtualTop).toBe(18_000_120);
    expect(onScrolled(at, 12_000_000, million).virtualTop).toBeCloseTo(
      toVirtualTop(12_000_000, million),
      3,
    );
  });

  it('always reaches the first and the last row', () => {
    const near = { scrollTop: 100, virtualTop: 9_000 };
    expect(onScrolled(near, 0, million)).toEqual({ scrollTop: 0, virtualTop: 0 });
    const end = maxScrollTop(million);
    const last = onScrolled({ scrollTop: end - 50, virtualTop: 100 }, end, million);
    expect(visibleRows(last.virtualTop, million).past).toBe(1_000_000);
  });

  it('reveals any row while moving as little as possible', () => {
    const start = { scrollTop: 0, virtualTop: 0 };
    expect(reveal(start, 3, million)).toBe(start);
    const jumped = reveal(start, 999_999, million);
    expect(jumped.virtualTop).toBe(maxVirtualTop(million));
    const up = reveal(jumped, 999_999 - 19, million);
    expect(up).toBe(jumped);
    expect(reveal(jumped, 500_000, million).virtualTop).toBe(500_000 * 36);
  });
});

it('draws the rows in sight and a few around them', () => {
  expect(visibleRows(36 * 100, small)).toEqual({ first: 96, past: 124 });
  expect(visibleRows(0, { rows: 3, rowHeight: 36, viewport: 720 })).toEqual({ first: 0, past: 3 });
});
