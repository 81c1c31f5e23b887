/** The columns of the rows to decide. */

import type { ReconcileRow } from '@/api/client';
import { Difference } from '@/components/Figure';
import { Badge } from '@/components/Status';
import type { Column } from '@/components/table/types';
import { t } from '@/i18n';
import { formatMoney, formatQuantity } from '@/lib/decimal';
import { formatShortLocal } from '@/lib/time';

const { columns } = t.reconcile;

/** In narrow windows only what a decision needs. */
const NARROW: ReadonlySet<string> = new Set(['start', 'why', 'difference']);

export function rowColumns(payable: boolean, narrow: boolean): readonly Column<ReconcileRow>[] {
  const all: Column<ReconcileRow>[] = [
    {
      id: 'start',
      header: columns.start,
      width: 118,
      cell: (row) => <span>{formatShortLocal(row.start_local)}</span>,
    },
    {
      id: 'location',
      header: columns.location,
      width: 116,
      grow: true,
      cell: (row) => <span title={`${row.location} · ${row.evse}`}>{row.location}</span>,
    },
    {
      id: 'why',
      header: columns.why,
      width: 130,
      grow: narrow,
      cell: (row) =>
        row.changed ? (
          <Badge tone="warn">{t.reconcile.changed}</Badge>
        ) : (
          <span title={t.reconcile.reason(row.reason).sentence}>
            {t.reconcile.reason(row.reason).name}
          </span>
        ),
    },
    {
      id: 'energy',
      header: columns.energy,
      width: 74,
      align: 'end',
      cell: (row) => <span>{formatQuantity(row.energy_kwh, 3, 3)}</span>,
    },
    {
      id: 'stated',
      header: columns.stated,
      width: 88,
      align: 'end',
      cell: (row) => <span>{money(row, row.stated)}</span>,
    },
    {
      id: 'difference',
      header: columns.difference,
      width: 100,
      align: 'end',
      cell: (row) => (
        <Difference
          money={
            row.difference === null ? null : { amount: row.difference, currency: row.currency }
          }
          payable={payable}
        />
      ),
    },
  ];
  return narrow ? all.filter((column) => NARROW.has(column.id)) : all;
}

function money(row: ReconcileRow, amount: string | null): string {
  return amount === null ? t.none : formatMoney({ amount, currency: row.currency });
}
