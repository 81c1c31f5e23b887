/** What is selected, and how to select everything that matches. */

import type { ReactNode } from 'react';
import { Button } from '@/components/Button';
import { t } from '@/i18n';
import { NOTHING, type Selection, selectMatching, size } from '@/lib/selection';
import { testid } from '@/lib/testids';

export interface SelectionBarProps {
  selection: Selection;
  total: number;
  filter: string;
  onSelection: (selection: Selection) => void;
  children: ReactNode;
}

export function SelectionBar(props: SelectionBarProps) {
  const { selection, total, filter, onSelection } = props;
  const all = selection.kind === 'matching' && selection.except.size === 0;
  return (
    <div className="selection-bar" data-testid={testid.selectionBar} role="status">
      <strong>
        {all ? t.table.allMatching(size(selection)) : t.table.selected(size(selection))}
      </strong>
      {selection.kind === 'picked' && selection.ids.size < total && (
        <button
          type="button"
          className="btn-link"
          onClick={() => onSelection(selectMatching(filter, total))}
        >
          {t.table.selectAllMatching(total)}
        </button>
      )}
      <span className="grow" />
      {props.children}
      <Button variant="quiet" onClick={() => onSelection(NOTHING)}>
        {t.table.clearSelection}
      </Button>
    </div>
  );
}
