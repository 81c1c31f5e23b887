/**
 * The table for a million rows: fixed row height, only rows in sight in the page, pages fetched as
 * needed, everything reachable by keyboard, and real row counts for screen readers.
 */

import { ArrowDown, ArrowUp } from 'lucide-react';
import {
  type KeyboardEvent,
  type MouseEvent,
  memo,
  type ReactNode,
  type RefObject,
  useEffect,
  useId,
  useImperativeHandle,
  useRef,
  useState,
} from 'react';
import { t } from '@/i18n';
import { pressOf } from '@/lib/keys';
import type { PageCache } from '@/lib/paging';
import { contentHeight, SPACER_CAP, visibleRows } from '@/lib/scroll';
import {
  extend,
  isSelected,
  NOTHING,
  type Selection,
  selectMatching,
  toggle,
} from '@/lib/selection';
import { testid } from '@/lib/testids';
import { type Column, nextSort, type Sort } from './types';
import { useTableScroll } from './useScroll';

const HEAD = 34;
const CHECK = 40;
/** Extending over more rows than this would fetch too much: the filter is the way then. */
export const EXTEND_LIMIT = 5_000;

export interface DataTableProps<Row> {
  label: string;
  columns: readonly Column<Row>[];
  total: number;
  cache: PageCache<Row>;
  /** Names filter and order: a change goes back to the first row, a mere re-reading does not. */
  order: string;
  rowHeight: number;
  rowId: (row: Row) => string;
  sort: Sort | null;
  onSort: (sort: Sort | null) => void;
  selection: Selection;
  onSelection: (selection: Selection) => void;
  /** The filter shown now, as text; a selection of all that match remembers it. */
  filter: string;
  /** The row whose details are open. */
  openId: string | null;
  onOpen: (row: Row) => void;
  /** Shows the row's details without leaving the table. */
  onPeek: (row: Row) => void;
  /** The cursor moved while details are open. */
  onFollow?: (row: Row) => void;
  /** Hears which row the cursor stands on: after a move, and after rows came or went under it. */
  onCursor?: (row: Row, index: number) => void;
  /** Where the cursor stands at first. */
  startAt?: number;
  /** Lets the screen move the cursor. */
  control?: RefObject<TableControl | null>;
  footer: ReactNode;
}

export interface TableControl {
  moveTo: (index: number) => void;
}

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { columns, total, cache, rowHeight, rowId, selection, filter } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const scroll = useTableScroll(scroller, total, rowHeight, HEAD);
  const [stood, setCursor] = useState(props.startAt ?? 0);
  // Rows may have gone from under the cursor; it stays among those that are left.
  const cursor = Math.max(0, Math.min(stood, total - 1));
  const anchor = useRef(cursor);
  const base = useId();

  const { first, past } = visibleRows(scroll.position.virtualTop, scroll.metrics);
  useEffect(() => cache.show(first, past), [cache, first, past]);

  const { toTop } = scroll;
  const { order } = props;
  const shown = useRef(order);
  useEffect(() => {
    if (shown.current === order) return;
    shown.current = order;
    setCursor(0);
    anchor.current = 0;
    toTop();
  }, [order, toTop]);

  const goTo = (row: number) => {
    const next = Math.max(0, Math.min(total - 1, row));
    setCursor(next);
    scroll.revealRow(next);
    const data = cache.row(next);
    if (data && props.openId !== null) props.onFollow?.(data);
    return next;
  };

  useImperativeHandle(props.control, () => ({ moveTo: (index: number) => void goTo(index) }));

  const { revealRow } = scroll;
  const startAt = useRef(props.startAt);
  useEffect(() => {
    if (startAt.current) revealRow(startAt.current);
    startAt.current = undefined;
  }, [revealRow]);

  const { onCursor } = props;
  const standing = cache.row(cursor);
  const standingId = standing ? rowId(standing) : null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another row is news
  useEffect(() => {
    if (standing) onCursor?.(standing, cursor);
  }, [standingId, cursor]);

  const extendTo = async (row: number) => {
    const low = Math.min(anchor.current, row);
    const high = Math.max(anchor.current, row);
    if (high - low >= EXTEND_LIMIT) return;
    const rows = await cache.range(low, high + 1);
    props.onSelection(extend(selection, rows.map(rowId), filter));
  };

  const keys = tableKeys({
    perPage: Math.max(1, Math.floor(scroll.metrics.viewport / rowHeight) - 1),
    total,
    cursor,
    move: (row) => {
      anchor.current = goTo(row);
    },
    extend: (row) => void extendTo(goTo(row)),
    act: (verb) => {
      const data = cache.row(cursor);
      if (!data) return;
      if (verb === 'open') props.onOpen(data);
      else if (verb === 'peek') props.onPeek(data);
      else props.onSelection(toggle(selection, rowId(data), filter));
    },
    all: () => props.onSelection(selectMatching(filter, total)),
  });

  // One listener for all rows: rows are drawn from memory and must not hold a stale handler.
  const onRowsClick = (event: MouseEvent) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>('[data-index]');
    if (!row) return;
    const index = Number(row.dataset.index);
    const data = cache.row(index);
    if (!data) return;
    setCursor(index);
    if (event.shiftKey) {
      void extendTo(index);
      return;
    }
    anchor.current = index;
    const onCheck = (event.target as HTMLElement).closest('[data-check]');
    if (onCheck || event.ctrlKey || event.metaKey) {
      props.onSelection(toggle(selection, rowId(data), filter));
    } else {
      props.onOpen(data);
    }
  };

  const width = columns.reduce((sum, column) => sum + column.width, CHECK);
  const everything =
    selection.kind === 'matching' && selection.filter === filter && selection.except.size === 0;
  const rows: ReactNode[] = [];
  for (let index = first; index < past; index += 1) {
    const data = cache.row(index);
    const id = data ? rowId(data) : null;
    rows.push(
      <TableRow
        key={index}
        index={index}
        data={data}
        columns={columns}
        domId={`${base}-${index}`}
        selected={id !== null && isSelected(selection, id, filter)}
        cursor={index === cursor}
        open={id !== null && id === props.openId}
        height={rowHeight}
      />,
    );
  }

  return (
    <div className="grid">
      <div
        ref={grid}
        className="grid-frame"
        role="grid"
        tabIndex={0}
        aria-label={props.label}
        aria-rowcount={total + 1}
        aria-colcount={columns.length + 1}
        aria-multiselectable="true"
        aria-activedescendant={total > 0 ? `${base}-${cursor}` : undefined}
        data-main-grid
        data-testid={testid.table}
        onKeyDown={keys}
      >
        <div className="grid-scroller" ref={scroller} onScroll={scroll.onScroll}>
          <div
            className="grid-canvas"
            style={{
              height: HEAD + Math.min(contentHeight(scroll.metrics), SPACER_CAP),
              minWidth: width,
            }}
          >
            <Head
              columns={columns}
              sort={props.sort}
              onSort={props.onSort}
              everything={everything}
              some={selection.kind !== 'none'}
              onEverything={() =>
                props.onSelection(everything ? NOTHING : selectMatching(filter, total))
              }
            />
            <div
              className="grid-body"
              role="rowgroup"
              style={{ height: Math.min(scroll.metrics.viewport, contentHeight(scroll.metrics)) }}
            >
              {/* biome-ignore lint/a11y/noStaticElementInteractions: the grid around it has the keys */}
              <div
                className="grid-rows"
                role="presentation"
                onClick={onRowsClick}
                style={{
                  // Whole pixels: text between two pixels is drawn blurred.
                  transform: `translateY(${Math.round(first * rowHeight - scroll.position.virtualTop)}px)`,
                }}
              >
                {rows}
              </div>
            </div>
          </div>
        </div>
      </div>
      <div className="grid-foot" data-testid={testid.tableFooter}>
        {props.footer}
      </div>
    </div>
  );
}

interface KeyActions {
  perPage: number;
  total: number;
  cursor: number;
  move: (row: number) => void;
  extend: (row: number) => void;
  act: (verb: 'open' | 'peek' | 'select') => void;
  all: () => void;
}

/** The keys a table answers to; the list people see is in lib/commands.ts. */
function tableKeys(actions: KeyActions) {
  const { cursor, perPage, total } = actions;
  const moves: Record<string, number> = {
    j: cursor + 1,
    ArrowDown: cursor + 1,
    k: cursor - 1,
    ArrowUp: cursor - 1,
    PageDown: cursor + perPage,
    PageUp: cursor - perPage,
    Home: 0,
    End: total - 1,
  };
  return (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || total === 0) return;
    const press = pressOf(event.nativeEvent);
    const shifted = press.startsWith('Shift+');
    const target = moves[shifted ? press.slice('Shift+'.length) : press];
    if (target !== undefined) (shifted ? actions.extend : actions.move)(target);
    else if (press === 'x') actions.act('select');
    else if (press === 'Space') actions.act('peek');
    else if (press === 'Enter' || press === 'e') actions.act('open');
    else if (press === 'Mod+A') actions.all();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}

interface HeadProps<Row> {
  columns: readonly Column<Row>[];
  sort: Sort | null;
  onSort: (sort: Sort | null) => void;
  everything: boolean;
  some: boolean;
  onEverything: () => void;
}

function Head<Row>({ columns, sort, onSort, everything, some, onEverything }: HeadProps<Row>) {
  return (
    <div className="grid-head" role="row" aria-rowindex={1} style={{ height: HEAD }}>
      <div className="grid-cell grid-check" role="columnheader" aria-colindex={1}>
        <Check
          label={t.table.selectAll}
          state={everything ? 'true' : some ? 'mixed' : 'false'}
          onPress={onEverything}
          testId={testid.tableSelectAll}
        />
      </div>
      {columns.map((column, i) => {
        const sorted = sort?.column === column.id ? sort : null;
        const direction = sorted ? (sorted.descending ? 'descending' : 'ascending') : 'none';
        return (
          <div
            key={column.id}
            role="columnheader"
            aria-colindex={i + 2}
            aria-sort={column.sortable ? direction : undefined}
            className={cellClass(column)}
            style={cellStyle(column)}
          >
            {column.sortable ? (
              <button
                type="button"
                className="grid-sort"
                data-testid={testid.tableSort(column.id)}
                onClick={() => onSort(nextSort(sort, column.id))}
              >
                <span className="truncate">{column.header}</span>
                {sorted?.descending === false && <ArrowUp size={13} aria-hidden />}
                {sorted?.descending === true && <ArrowDown size={13} aria-hidden />}
              </button>
            ) : (
              <span className="truncate">{column.header}</span>
            )}
          </div>
        );
      })}
    </div>
  );
}

interface CheckProps {
  label: string;
  state: 'true' | 'false' | 'mixed';
  onPress: () => void;
  testId?: string;
}

function Check({ label, state, onPress, testId }: CheckProps) {
  return (
    <button
      type="button"
      role="checkbox"
      aria-checked={state}
      aria-label={label}
      className="check"
      data-testid={testId}
      onClick={onPress}
    />
  );
}

function cellClass<Row>(column: Column<Row>): string {
  return `grid-cell${column.align === 'end' ? ' grid-end' : ''}`;
}

function cellStyle<Row>(column: Column<Row>) {
  return { flex: `${column.grow ? 1 : 0} 0 ${column.width}px` };
}

interface RowProps<Row> {
  index: number;
  data: Row | undefined;
  columns: readonly Column<Row>[];
  domId: string;
  selected: boolean;
  cursor: boolean;
  open: boolean;
  height: number;
}

function DrawnRow<Row>(props: RowProps<Row>) {
  const { index, data, columns, selected, cursor, open } = props;
  const state = `${selected ? ' is-selected' : ''}${cursor ? ' is-cursor' : ''}`;
  return (
    <div
      id={props.domId}
      role="row"
      tabIndex={-1}
      aria-rowindex={index + 2}
      aria-selected={selected}
      aria-busy={data === undefined}
      className={`grid-row${state}${open ? ' is-open' : ''}`}
      style={{ height: props.height }}
      data-testid={testid.tableRow}
      data-index={index}
    >
      <div className="grid-cell grid-check" role="gridcell" aria-colindex={1} data-check>
        <span className="check" data-checked={selected} aria-hidden />
      </div>
      {columns.map((column, i) => (
        <div
          key={column.id}
          role="gridcell"
          aria-colindex={i + 2}
          className={cellClass(column)}
          style={cellStyle(column)}
          data-column={column.id}
        >
          {data === undefined ? <span className="skeleton" /> : column.cell(data)}
        </div>
      ))}
    </div>
  );
}

const TableRow = memo(DrawnRow) as typeof DrawnRow;
