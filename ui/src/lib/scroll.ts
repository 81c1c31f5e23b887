/**
 * Scrolling through more rows than an element can be high. WebKitGTK stops growing an element at
 * 33,554,428 px and Chromium near 16,777,214, so the spacer is capped and scaled: small steps move
 * the rows pixel by pixel, a drag of the bar jumps in proportion, and both ends are exact.
 */

/** No spacer grows beyond this many pixels. */
export const SPACER_CAP = 16_000_000;

/** The sizes a scroll position is read against, in pixels. */
export interface Metrics {
  rows: number;
  rowHeight: number;
  /** Height of the part in which rows show. */
  viewport: number;
}

/** Where the scrollbar stands and which pixel of the whole list that means. */
export interface Position {
  scrollTop: number;
  virtualTop: number;
}

/** The height all rows would need. */
export function contentHeight(m: Metrics): number {
  return m.rows * m.rowHeight;
}

/** The height the spacer really gets. */
export function spacerHeight(m: Metrics): number {
  return Math.min(contentHeight(m), SPACER_CAP);
}

/** The furthest the whole list scrolls. */
export function maxVirtualTop(m: Metrics): number {
  return Math.max(0, contentHeight(m) - m.viewport);
}

/** The furthest the scrollbar goes. */
export function maxScrollTop(m: Metrics): number {
  return Math.max(0, spacerHeight(m) - m.viewport);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** The scrollbar position that stands for a pixel of the whole list. */
export function toScrollTop(virtualTop: number, m: Metrics): number {
  const most = maxVirtualTop(m);
  if (most === 0) return 0;
  if (contentHeight(m) <= SPACER_CAP) return clamp(virtualTop, 0, most);
  return (clamp(virtualTop, 0, most) / most) * maxScrollTop(m);
}

/** The pixel of the whole list that a scrollbar position stands for. */
export function toVirtualTop(scrollTop: number, m: Metrics): number {
  const most = maxScrollTop(m);
  if (most === 0) return 0;
  if (contentHeight(m) <= SPACER_CAP) return clamp(scrollTop, 0, most);
  return (clamp(scrollTop, 0, most) / most) * maxVirtualTop(m);
}

/**
 * The position after the scrollbar moved to `scrollTop`. A step shorter than two viewports is a
 * wheel or a key: rows move by the same pixels. A longer one is a drag: the bar decides.
 */
export function onScrolled(before: Position, scrollTop: number, m: Metrics): Position {
  const top = clamp(scrollTop, 0, maxScrollTop(m));
  if (top <= 0) return { scrollTop: 0, virtualTop: 0 };
  if (top >= maxScrollTop(m)) return { scrollTop: top, virtualTop: maxVirtualTop(m) };
  const step = top - before.scrollTop;
  if (contentHeight(m) <= SPACER_CAP || Math.abs(step) > 2 * m.viewport) {
    return { scrollTop: top, virtualTop: toVirtualTop(top, m) };
  }
  return { scrollTop: top, virtualTop: clamp(before.virtualTop + step, 0, maxVirtualTop(m)) };
}

/** The position that shows `row`, moving as little as possible. */
export function reveal(before: Position, row: number, m: Metrics): Position {
  const top = row * m.rowHeight;
  let virtualTop = before.virtualTop;
  if (top < virtualTop) virtualTop = top;
  else if (top + m.rowHeight > virtualTop + m.viewport) {
    virtualTop = top + m.rowHeight - m.viewport;
  }
  virtualTop = clamp(virtualTop, 0, maxVirtualTop(m));
  if (virtualTop === before.virtualTop) return before;
  return { scrollTop: toScrollTop(virtualTop, m), virtualTop };
}

/** First row drawn, one past the last, with `overscan` rows more on each side. */
export function visibleRows(virtualTop: number, m: Metrics, overscan = 4) {
  const first = Math.max(0, Math.floor(virtualTop / m.rowHeight) - overscan);
  const past = Math.ceil((virtualTop + m.viewport) / m.rowHeight) + overscan;
  return { first, past: Math.min(m.rows, past) };
}
