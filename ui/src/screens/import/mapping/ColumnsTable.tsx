/** The columns of a file: what stands in each, and what it is read as. */

import type { ColumnDto, SheetPreview } from '@/api/client';
import { Select } from '@/components/Select';
import { t } from '@/i18n';
import { testid } from '@/lib/testids';
import { change } from '../queue';
import { FieldSelect } from './FieldSelect';
import { changeOf } from './reading';

interface ColumnsTableProps {
  token: string;
  columns: readonly ColumnDto[];
  sheet: SheetPreview;
}

export function ColumnsTable({ token, columns, sheet }: ColumnsTableProps) {
  const names = t.mapping.columns;
  const used = columns.filter((one) => one.field !== '').length;
  return (
    <section>
      <h4 className="reading-title">{t.mapping.columnsTitle(used, columns.length)}</h4>
      <section
        className="wide-table mapping-table"
        aria-label={names.field}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolling it needs the focus
        tabIndex={0}
      >
        <table className="plain-table">
          <thead>
            <tr>
              <th>{names.letter}</th>
              <th>{names.heading}</th>
              <th>{names.samples}</th>
              <th>{names.field}</th>
              <th>{names.sign}</th>
              <th>{names.unit}</th>
            </tr>
          </thead>
          <tbody>
            {columns.map((column) => (
              <Line key={column.letter} token={token} column={column} sheet={sheet} />
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

interface LineProps {
  token: string;
  column: ColumnDto;
  sheet: SheetPreview;
}

function Line({ token, column, sheet }: LineProps) {
  const names = t.mapping.columns;
  const heading = column.heading || column.letter;
  const set = (what: string, value: string) => change(token, changeOf(what, value, column.name));
  const units = unitsOf(column);
  return (
    <tr
      className={column.field === '' ? 'mapping-unused' : undefined}
      data-testid={testid.mappingRow}
      data-letter={column.letter}
    >
      <td className="faint">{column.letter}</td>
      <th scope="row" className="truncate cell-id" title={column.heading}>
        {column.heading || <span className="faint">{t.mapping.noHeading}</span>}
      </th>
      <td className="truncate mapping-samples" title={column.samples.join('\n')}>
        {column.samples.join(' · ')}
      </td>
      <td>
        <FieldSelect
          label={t.mapping.ofColumn(names.field, heading)}
          value={column.field}
          fields={sheet.fields}
          onField={(field) => set('column', field)}
          testId={testid.mappingField(column.letter)}
        />
      </td>
      <td>
        {column.sign !== null && (
          <Select
            label={t.mapping.ofColumn(names.sign, heading)}
            value={column.sign}
            names={['dot', 'comma'].map((one) => [one, t.mapping.value('decimal_sign', one)])}
            onValue={(sign) => set('decimal_sign', sign)}
            testId={testid.mappingSign(column.letter)}
          />
        )}
      </td>
      <td>
        {units && (
          <Select
            label={t.mapping.ofColumn(names.unit, heading)}
            value={column.unit ?? ''}
            names={[
              ...(column.unit === null ? [['', t.mapping.asWritten] as const] : []),
              ...units.names.map((one) => [one, t.mapping.value(units.what, one)] as const),
            ]}
            onValue={(unit) => set(units.what, unit)}
            testId={testid.mappingUnit(column.letter)}
          />
        )}
      </td>
    </tr>
  );
}

const ENERGY = { what: 'energy_unit', names: ['wh', 'kwh', 'mwh'] };
const DURATION = { what: 'duration_unit', names: ['second', 'minute', 'hour'] };

const UNITS: Readonly<Record<string, typeof ENERGY>> = {
  energy: ENERGY,
  meter_start: ENERGY,
  meter_end: ENERGY,
  duration: DURATION,
  charging_time: DURATION,
  parking_time: DURATION,
};

function unitsOf(column: ColumnDto) {
  return column.sign === null ? undefined : UNITS[column.field];
}
