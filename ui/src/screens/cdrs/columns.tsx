/** The columns of the CDR explorer. Ids are the names the core sorts by. */

import { type CdrRowDto, isBucket, isSeverity } from '@/api/client';
import { Difference } from '@/components/Figure';
import { Badge, BucketBadge, SeverityIcon } from '@/components/Status';
import type { Column } from '@/components/table/types';
import { t } from '@/i18n';
import { formatMoney, formatQuantity } from '@/lib/decimal';
import { formatDuration, formatInstant, formatShortLocal } from '@/lib/time';

export const DEFAULT_COLUMNS = [
  'start',
  'partner',
  'id',
  'location',
  'energy',
  'stated',
  'replayed',
  'difference',
  'bucket',
];

const { columns } = t.explorer;

function amount(row: CdrRowDto, figure: string | null) {
  if (figure === null) return <span className="faint">{t.none}</span>;
  return formatMoney({ amount: figure, currency: row.currency });
}

export function cdrColumns(isPayable: (partner: string) => boolean): readonly Column<CdrRowDto>[] {
  return [
    {
      id: 'start',
      header: columns.start,
      width: 116,
      sortable: true,
      cell: (row) => (
        <span title={t.detail.utc(formatInstant(row.start_at))}>
          {formatShortLocal(row.start_local)}
        </span>
      ),
    },
    {
      id: 'partner',
      header: columns.partner,
      width: 84,
      sortable: true,
      cell: (row) => <span>{row.partner}</span>,
    },
    {
      id: 'id',
      header: columns.id,
      width: 170,
      grow: true,
      sortable: true,
      cell: (row) => (
        <>
          <span className="truncate" title={row.id}>
            {row.id}
          </span>
          {row.credit && <Badge tone="info">{t.explorer.credit}</Badge>}
        </>
      ),
    },
    {
      id: 'location',
      header: columns.location,
      width: 160,
      grow: true,
      sortable: true,
      cell: (row) => <span title={row.location}>{row.location}</span>,
    },
    {
      id: 'evse',
      header: columns.evse,
      width: 150,
      sortable: true,
      cell: (row) => (
        <span className="muted" title={row.evse}>
          {row.evse}
        </span>
      ),
    },
    {
      id: 'contract',
      header: columns.contract,
      width: 140,
      sortable: true,
      cell: (row) => <span className="muted">{row.contract}</span>,
    },
    {
      id: 'duration',
      header: columns.duration,
      width: 96,
      align: 'end',
      sortable: true,
      cell: (row) => <span>{formatDuration(row.duration_s * 1000)}</span>,
    },
    {
      id: 'energy',
      header: columns.energy,
      width: 78,
      align: 'end',
      sortable: true,
      cell: (row) => <span>{formatQuantity(row.energy_kwh, 3, 3)}</span>,
    },
    {
      id: 'stated',
      header: columns.stated,
      width: 90,
      align: 'end',
      sortable: true,
      cell: (row) => <span>{amount(row, row.stated)}</span>,
    },
    {
      id: 'replayed',
      header: columns.replayed,
      width: 98,
      align: 'end',
      sortable: true,
      cell: (row) => <span>{amount(row, row.replayed)}</span>,
    },
    {
      id: 'difference',
      header: columns.difference,
      width: 108,
      align: 'end',
      sortable: true,
      cell: (row) => (
        <Difference
          money={
            row.difference === null ? null : { amount: row.difference, currency: row.currency }
          }
          payable={isPayable(row.partner)}
        />
      ),
    },
    {
      id: 'bucket',
      header: columns.bucket,
      width: 158,
      sortable: true,
      cell: (row) => (
        <>
          {isBucket(row.bucket) ? <BucketBadge bucket={row.bucket} /> : <span>{row.bucket}</span>}
          {isSeverity(row.severity) && row.severity !== 'info' && (
            <SeverityIcon severity={row.severity} />
          )}
        </>
      ),
    },
  ];
}
