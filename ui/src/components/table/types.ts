/** What a table is told about its columns and rows. */

import type { ReactNode } from 'react';

export interface Column<Row> {
  id: string;
  header: string;
  /** Pixels; one column may grow into what is left. */
  width: number;
  grow?: boolean;
  align?: 'start' | 'end';
  sortable?: boolean;
  cell: (row: Row) => ReactNode;
}

export interface Sort {
  column: string;
  descending: boolean;
}

/** The next sort when a header is pressed: ascending, descending, the table's own order. */
export function nextSort(sort: Sort | null, column: string): Sort | null {
  if (sort?.column !== column) return { column, descending: false };
  return sort.descending ? null : { column, descending: true };
}

/** The columns to draw, in the chosen order; unknown names are left out. */
export function chosenColumns<Row>(
  all: readonly Column<Row>[],
  chosen: readonly string[],
): readonly Column<Row>[] {
  const found = chosen.flatMap((id) => all.find((column) => column.id === id) ?? []);
  return found.length > 0 ? found : all;
}

/** The list with `id` moved by one place up (-1) or down (+1). */
export function moved(list: readonly string[], id: string, by: -1 | 1): string[] {
  const from = list.indexOf(id);
  const to = from + by;
  if (from < 0 || to < 0 || to >= list.length) return [...list];
  const next = [...list];
  next.splice(from, 1);
  next.splice(to, 0, id);
  return next;
}
