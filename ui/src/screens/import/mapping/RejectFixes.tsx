/** Fixes of one kind of error; each counts for all its rows and can be undone. */

import { useState } from 'react';
import type { ColumnDto, RejectGroup } from '@/api/client';
import { Button } from '@/components/Button';
import { t } from '@/i18n';
import { testid } from '@/lib/testids';
import { change } from '../queue';
import { instead, replacing } from './reading';

interface RejectFixesProps {
  token: string;
  group: RejectGroup;
  column: ColumnDto;
  columns: readonly ColumnDto[];
}

export function RejectFixes({ token, group, column, columns }: RejectFixesProps) {
  const [typed, setTyped] = useState('');
  const others = columns.filter((one) => one.letter !== column.letter && one.heading !== '');
  const use = () => {
    if (typed.trim() !== '') change(token, replacing(column, group, typed.trim()));
  };
  const takeFrom = (letter: string) => {
    const other = others.find((one) => one.letter === letter);
    if (other) change(token, ...instead(column, group, other));
  };
  return (
    <div className="fixes">
      {group.value !== '' && (
        <>
          <Button
            onClick={() => change(token, replacing(column, group, ''))}
            testId={testid.rejectNothing}
          >
            {t.mapping.asNothing}
          </Button>
          <form
            className="row"
            onSubmit={(event) => {
              event.preventDefault();
              use();
            }}
          >
            <span className="muted small" aria-hidden>
              {t.mapping.readAs}
            </span>
            <input
              className="input fix-as"
              aria-label={t.mapping.readAsFor(group.value)}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              data-testid={testid.rejectAs}
            />
            <Button type="submit" disabled={typed.trim() === ''} testId={testid.rejectAsUse}>
              {t.mapping.readAsAct}
            </Button>
          </form>
        </>
      )}
      {others.length > 0 && (
        <select
          className="input fix-instead"
          aria-label={t.mapping.insteadFor(column.field)}
          value=""
          onChange={(event) => takeFrom(event.target.value)}
          data-testid={testid.rejectInstead}
        >
          <option value="">{t.mapping.instead}</option>
          {others.map((one) => (
            <option key={one.letter} value={one.letter}>
              {t.mapping.inColumn(one.heading)}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}
