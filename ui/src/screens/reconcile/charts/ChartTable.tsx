/** What a chart shows, as a table; the first cell of a row opens what the row stands for. */

import type { ReactNode } from 'react';
import { testid } from '@/lib/testids';

interface ChartTableProps {
  name: string;
  /** Headings; those from `texts` on are of figures. */
  head: readonly string[];
  texts?: number;
  rows: readonly { key: string; onOpen: () => void; cells: readonly ReactNode[] }[];
}

export function ChartTable({ name, head, texts = 1, rows }: ChartTableProps) {
  return (
    <table className="plain-table" data-testid={testid.chartTable(name)}>
      <thead>
        <tr>
          {head.map((heading, at) => (
            <th key={heading} scope="col" className={at < texts ? undefined : 'num'}>
              {heading}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, onOpen, cells: [first, ...rest] }) => (
          <tr key={key}>
            <td>
              <button type="button" className="btn-link" onClick={onOpen}>
                {first}
              </button>
            </td>
            {rest.map((cell, at) => (
              <td key={head[at + 1]} className={at + 1 < texts ? undefined : 'num'}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
