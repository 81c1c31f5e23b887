/** Keeps the drawn rows in step with the scrollbar of a table, scaled where rows are too many. */

import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { type Metrics, onScrolled, type Position, reveal, toScrollTop } from '@/lib/scroll';

/** After this rest the bar is put where the rows really are, in milliseconds. */
const SETTLE_MS = 180;

/** Height assumed until the element is measured. */
const UNMEASURED = 480;

export interface TableScroll {
  metrics: Metrics;
  position: Position;
  onScroll: () => void;
  revealRow: (row: number) => void;
  toTop: () => void;
}

export function useTableScroll(
  scroller: RefObject<HTMLDivElement | null>,
  rows: number,
  rowHeight: number,
  headHeight: number,
): TableScroll {
  const [viewport, setViewport] = useState(UNMEASURED);
  const [position, setPosition] = useState<Position>({ scrollTop: 0, virtualTop: 0 });
  const metrics: Metrics = { rows, rowHeight, viewport };
  const latest = useRef({ metrics, position });
  latest.current = { metrics, position };
  const settle = useRef<ReturnType<typeof setTimeout>>(undefined);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = () => {
      if (element.clientHeight > 0) setViewport(Math.max(1, element.clientHeight - headHeight));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller, headHeight]);

  const moveTo = useCallback(
    (next: Position) => {
      latest.current.position = next;
      setPosition(next);
      if (scroller.current) scroller.current.scrollTop = next.scrollTop;
    },
    [scroller],
  );

  const onScroll = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    const { metrics: m, position: before } = latest.current;
    if (Math.abs(element.scrollTop - before.scrollTop) < 0.5) return;
    const next = onScrolled(before, element.scrollTop, m);
    latest.current.position = next;
    setPosition(next);
    clearTimeout(settle.current);
    settle.current = setTimeout(() => {
      const { metrics: now, position: rest } = latest.current;
      const due = Math.round(toScrollTop(rest.virtualTop, now));
      if (Math.abs(due - rest.scrollTop) > 1) {
        moveTo({ scrollTop: due, virtualTop: rest.virtualTop });
      }
    }, SETTLE_MS);
  }, [scroller, moveTo]);

  useEffect(() => () => clearTimeout(settle.current), []);

  const revealRow = useCallback(
    (row: number) => {
      const { metrics: m, position: before } = latest.current;
      const next = reveal(before, row, m);
      if (next !== before) moveTo(next);
    },
    [moveTo],
  );

  const toTop = useCallback(() => moveTo({ scrollTop: 0, virtualTop: 0 }), [moveTo]);

  return { metrics, position, onScroll, revealRow, toTop };
}
