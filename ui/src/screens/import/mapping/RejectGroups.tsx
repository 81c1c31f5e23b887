/** What could not be read, one line per kind; before the import with fixes for all its rows. */

import type { ColumnDto, RejectGroup } from '@/api/client';
import { SeverityIcon } from '@/components/Status';
import { findingText, t } from '@/i18n';
import { testid } from '@/lib/testids';
import { RejectFixes } from './RejectFixes';
import { columnOf } from './reading';

interface RejectGroupsProps {
  groups: readonly RejectGroup[];
  /** Columns of the file while it can still be read otherwise. */
  columns?: readonly ColumnDto[];
  token?: string;
}

export function RejectGroups({ groups, columns = [], token }: RejectGroupsProps) {
  return (
    <ul className="odd">
      {groups.map((group) => {
        const column = columnOf(group, columns);
        const text = findingText(group.code);
        return (
          <li
            key={`${group.code} ${group.column} ${group.value}`}
            className="odd-kind"
            data-testid={testid.rejectGroup}
            data-code={group.code}
          >
            <SeverityIcon severity="fatal" />
            <div className="grow">
              <div className="row">
                <p className="grow truncate">
                  <strong>{text.name}</strong>{' '}
                  <span className="muted">{t.mapping.errorWhere(group.column, group.value)}</span>
                </p>
                <span className="num muted">{t.mapping.errorRows(group.count, group.row)}</span>
              </div>
              <p className="muted small">{text.sentence}</p>
              {token !== undefined && column && (
                <RejectFixes token={token} group={group} column={column} columns={columns} />
              )}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
