/** The first rows of a sheet as they are written; those taken as headings are marked. */

import type { SheetPreview } from '@/api/client';
import { t } from '@/i18n';
import { testid } from '@/lib/testids';

/** Rows shown: enough for a title, headings of two rows and a few records. */
const SHOWN = 8;

export function RawGrid({ sheet }: { sheet: SheetPreview }) {
  const [first = 0, last = first] = headingRows(sheet.header);
  const isHeading = (number: number) => number >= first && number <= last;
  return (
    <section
      className="raw-grid"
      aria-label={t.mapping.grid}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolling it needs the focus
      tabIndex={0}
    >
      <table>
        <tbody>
          {sheet.grid.slice(0, SHOWN).map((row) => (
            <tr
              key={row.number}
              className={isHeading(row.number) ? 'raw-heading' : undefined}
              data-testid={testid.gridRow}
              data-heading={isHeading(row.number)}
            >
              <th scope="row">
                {row.number}
                {isHeading(row.number) && <span className="sr-only"> {t.mapping.gridHeading}</span>}
              </th>
              {row.cells.map((cell, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a cell has no name but its place
                <td key={at} className="truncate" title={cell}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** `3` is one row, `3-4` are two, `none` is none. */
function headingRows(header: string): number[] {
  return header === 'none' ? [] : header.split('-').map(Number);
}
