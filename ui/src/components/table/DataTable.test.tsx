import { fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { useState } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { NOTHING, type Selection, size } from '@/lib/selection';
import { testid } from '@/lib/testids';
import { DataTable } from './DataTable';
import { type Column, chosenColumns, moved, nextSort, type Sort } from './types';
import { usePages } from './usePages';

interface Item {
  id: number;
  name: string;
}

const COLUMNS: readonly Column<Item>[] = [
  { id: 'name', header: 'Name', width: 100, sortable: true, cell: (item) => item.name },
  { id: 'id', header: 'No.', width: 60, align: 'end', cell: (item) => String(item.id) },
];

const fetchPage = vi.fn(async (start: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ id: start + i, name: `row ${start + i}` })),
);

interface Props {
  total: number;
  onOpen?: (item: Item) => void;
  onPeek?: (item: Item) => void;
  onSort?: (sort: Sort | null) => void;
  onSelection?: (selection: Selection) => void;
}

function Table({ total, onOpen, onPeek, onSort, onSelection }: Props) {
  const cache = usePages<Item>({ id: 'v', total, fetchPage });
  const [selection, setSelection] = useState<Selection>(NOTHING);
  return (
    <DataTable
      label="Items"
      columns={COLUMNS}
      total={total}
      cache={cache}
      order="o"
      rowHeight={36}
      rowId={(item) => String(item.id)}
      sort={null}
      onSort={onSort ?? (() => {})}
      selection={selection}
      onSelection={(next) => {
        setSelection(next);
        onSelection?.(next);
      }}
      filter="f"
      openId={null}
      onOpen={onOpen ?? (() => {})}
      onPeek={onPeek ?? (() => {})}
      footer={`${total} items`}
    />
  );
}

const grid = () => screen.getByRole('grid', { name: 'Items' });
const key = (name: string, init = {}) => fireEvent.keyDown(grid(), { key: name, ...init });
const active = () => document.getElementById(grid().getAttribute('aria-activedescendant') ?? '');

describe('the table', () => {
  it('draws a handful of a million rows and tells screen readers the true count', async () => {
    render(<Table total={1_000_000} />);
    await screen.findByText('row 0');
    expect(grid().getAttribute('aria-rowcount')).toBe('1000001');
    expect(screen.getAllByTestId(testid.tableRow).length).toBeLessThan(40);
    expect(screen.getByText('row 3').closest('[role=row]')?.getAttribute('aria-rowindex')).toBe(
      '5',
    );
    const canvas = grid().querySelector<HTMLElement>('.grid-canvas');
    expect(Number.parseInt(canvas?.style.height ?? '0', 10)).toBeLessThan(16_000_100);
    expect(screen.getByTestId(testid.tableFooter).textContent).toBe('1000000 items');
  });

  it('reaches any row by keyboard', async () => {
    const opened = vi.fn();
    const peeked = vi.fn();
    render(<Table total={1_000_000} onOpen={opened} onPeek={peeked} />);
    await screen.findByText('row 0');
    key('j');
    key('ArrowDown');
    key('k');
    expect(active()?.dataset.index).toBe('1');
    key(' ');
    expect(peeked).toHaveBeenCalledWith({ id: 1, name: 'row 1' });
    key('End');
    await screen.findByText('row 999999');
    expect(active()?.dataset.index).toBe('999999');
    key('Enter');
    expect(opened).toHaveBeenCalledWith({ id: 999_999, name: 'row 999999' });
    key('PageUp');
    expect(Number(active()?.dataset.index)).toBeLessThan(999_999 - 5);
    key('Home');
    await screen.findByText('row 0');
    expect(active()?.dataset.index).toBe('0');
  });

  it('selects with x, extends with Shift, and takes all that match as the filter', async () => {
    const selections: Selection[] = [];
    render(<Table total={5000} onSelection={(s) => selections.push(s)} />);
    await screen.findByText('row 0');
    key('x');
    expect(selections.at(-1)).toEqual({ kind: 'picked', ids: new Set(['0']) });
    key('ArrowDown', { shiftKey: true });
    key('ArrowDown', { shiftKey: true });
    await waitFor(() => expect(size(selections.at(-1) ?? NOTHING)).toBe(3));
    key('a', { ctrlKey: true });
    expect(selections.at(-1)).toMatchObject({ kind: 'matching', filter: 'f', total: 5000 });
    const row = screen.getByText('row 2').closest('[role=row]');
    expect(row?.getAttribute('aria-selected')).toBe('true');
  });

  it('tells a click on the mark from a click on the row', async () => {
    const opened = vi.fn();
    const selections: Selection[] = [];
    render(<Table total={50} onOpen={opened} onSelection={(s) => selections.push(s)} />);
    const row = (await screen.findByText('row 4')).closest<HTMLElement>('[role=row]');
    if (!row) throw new Error('the text stands in a row');
    fireEvent.click(row.querySelector('.check') ?? row);
    expect(selections).toEqual([{ kind: 'picked', ids: new Set(['4']) }]);
    expect(opened).not.toHaveBeenCalled();
    fireEvent.click(within(row).getByText('row 4'));
    expect(opened).toHaveBeenCalledWith({ id: 4, name: 'row 4' });
  });

  it('sorts by its header', async () => {
    const onSort = vi.fn();
    render(<Table total={50} onSort={onSort} />);
    fireEvent.click(screen.getByTestId(testid.tableSort('name')));
    expect(onSort).toHaveBeenCalledWith({ column: 'name', descending: false });
    await screen.findByText('row 0');
  });

  it('jumps where the bar is dragged to', async () => {
    render(<Table total={1_000_000} />);
    await screen.findByText('row 0');
    const scroller = grid().querySelector<HTMLElement>('.grid-scroller');
    if (!scroller) throw new Error('the grid has a scroller');
    scroller.scrollTop = 8_000_000;
    fireEvent.scroll(scroller);
    const first = Number(screen.getAllByTestId(testid.tableRow)[0]?.dataset.index);
    expect(first).toBeGreaterThan(499_900);
    expect(first).toBeLessThan(500_100);
    await screen.findByText(`row ${first + 5}`);
  });
});

describe('columns and order', () => {
  it('go up, down, and back to the table’s own order', () => {
    expect(nextSort(null, 'a')).toEqual({ column: 'a', descending: false });
    expect(nextSort({ column: 'a', descending: false }, 'a')).toEqual({
      column: 'a',
      descending: true,
    });
    expect(nextSort({ column: 'a', descending: true }, 'a')).toBeNull();
  });

  it('follow the choice and fall back to all', () => {
    expect(chosenColumns(COLUMNS, ['id', 'gone']).map((c) => c.id)).toEqual(['id']);
    expect(chosenColumns(COLUMNS, []).length).toBe(2);
    expect(moved(['a', 'b', 'c'], 'c', -1)).toEqual(['a', 'c', 'b']);
    expect(moved(['a', 'b'], 'a', -1)).toEqual(['a', 'b']);
  });
});
