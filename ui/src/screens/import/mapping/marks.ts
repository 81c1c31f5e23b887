/** Which cell of a previewed record a problem is about. */

import type { ColumnDto, FindingDto, PreviewRow } from '@/api/client';

export type Cell = 'id' | 'start' | 'duration' | 'place' | 'energy' | 'excl' | 'incl';
export type Marks = Partial<Record<Cell, FindingDto>>;

/** The cell that shows what a field holds. */
const CELLS: Readonly<Record<string, Cell>> = {
  id: 'id',
  session_id: 'id',
  start_at: 'start',
  start_time: 'start',
  start_zone: 'start',
  end_at: 'duration',
  end_time: 'duration',
  end_zone: 'duration',
  duration: 'duration',
  evse: 'place',
  location_id: 'place',
  location_name: 'place',
  energy: 'energy',
  meter_start: 'energy',
  meter_end: 'energy',
  net: 'excl',
  vat: 'excl',
  amount: 'excl',
  gross: 'incl',
};

/** The worst problem of each cell of a record; what is only a note marks nothing. */
export function marksOf(row: PreviewRow, columns: readonly ColumnDto[]): Marks {
  const marks: Marks = {};
  for (const finding of row.findings) {
    if (finding.severity === 'info') continue;
    const column = columns.find((one) => one.field !== '' && isAt(finding.at, one.heading));
    const cell = column && CELLS[column.field];
    if (cell && !marks[cell]) marks[cell] = finding;
  }
  return marks;
}

/** Whether a finding stands in a column: `CDRs, row 9, kWh`. */
function isAt(at: string, heading: string): boolean {
  return heading !== '' && /row \d+, /.test(at) && at.endsWith(`, ${heading}`);
}
