/** The table for lists that are here as a whole. */

import { useMemo, useRef } from 'react';
import { DataTable, type DataTableProps } from '@/components/table/DataTable';
import { usePages } from '@/components/table/usePages';
import { prefs, ROW_HEIGHT } from '@/lib/prefs';
import { NOTHING } from '@/lib/selection';
import { useStore } from '@/lib/store';

type Own = 'total' | 'cache' | 'order' | 'rowHeight' | 'sort' | 'onSort' | 'filter' | 'onPeek';
type Optional = 'selection' | 'onSelection';

export type ListTableProps<Row> = Omit<DataTableProps<Row>, Own | Optional> &
  Partial<Pick<DataTableProps<Row>, Optional>> & { rows: readonly Row[]; name: string };

const ignore = () => {};

export function ListTable<Row>({ rows, name, ...table }: ListTableProps<Row>) {
  const { density } = useStore(prefs);
  const turn = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new list is a new result
  const id = useMemo(() => {
    turn.current += 1;
    return `${name}-${turn.current}`;
  }, [rows, name]);
  const cache = usePages<Row>({
    id,
    total: rows.length,
    firstPage: rows.slice(0, 200),
    fetchPage: async (start, len) => rows.slice(start, start + len),
  });
  return (
    <DataTable
      selection={NOTHING}
      onSelection={ignore}
      {...table}
      total={rows.length}
      cache={cache}
      order={name}
      rowHeight={ROW_HEIGHT[density]}
      sort={null}
      onSort={ignore}
      filter={name}
      onPeek={table.onOpen}
    />
  );
}
