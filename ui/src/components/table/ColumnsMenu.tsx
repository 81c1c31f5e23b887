/** Which columns show and in which order; each move is a button, no dragging needed. */

import { ArrowDown, ArrowUp, Columns3 } from 'lucide-react';
import { useState } from 'react';
import { Dialog, DialogTrigger, Popover, Button as RacButton } from 'react-aria-components';
import { t } from '@/i18n';
import { useCommand } from '@/lib/commands';
import { testid } from '@/lib/testids';
import { IconButton } from '../Button';
import { type Column, moved } from './types';

export interface ColumnsMenuProps<Row> {
  all: readonly Column<Row>[];
  chosen: readonly string[];
  onChosen: (chosen: string[]) => void;
}

export function ColumnsMenu<Row>({ all, chosen, onChosen }: ColumnsMenuProps<Row>) {
  const [open, setOpen] = useState(false);
  useCommand('columns.choose', () => setOpen(true));
  const rest = all.filter((column) => !chosen.includes(column.id)).map((column) => column.id);
  const name = (id: string) => all.find((column) => column.id === id)?.header ?? id;
  return (
    <DialogTrigger isOpen={open} onOpenChange={setOpen}>
      <RacButton className="btn btn-plain" data-testid={testid.columnsMenu}>
        <Columns3 size={15} aria-hidden />
        <span>{t.table.columns}</span>
      </RacButton>
      <Popover className="popover" placement="bottom end" offset={4}>
        <Dialog className="columns" aria-label={t.table.columns}>
          {[...chosen, ...rest].map((id) => {
            const shown = chosen.includes(id);
            const at = chosen.indexOf(id);
            return (
              <div className="columns-row" key={id}>
                <label className="row grow">
                  <input
                    type="checkbox"
                    checked={shown}
                    disabled={shown && chosen.length === 1}
                    data-testid={testid.columnToggle(id)}
                    onChange={() =>
                      onChosen(shown ? chosen.filter((one) => one !== id) : [...chosen, id])
                    }
                  />
                  <span className="truncate">{name(id)}</span>
                </label>
                <IconButton
                  label={t.table.up(name(id))}
                  icon={<ArrowUp size={14} aria-hidden />}
                  disabled={!shown || at === 0}
                  onClick={() => onChosen(moved(chosen, id, -1))}
                  testId={testid.columnUp(id)}
                />
                <IconButton
                  label={t.table.down(name(id))}
                  icon={<ArrowDown size={14} aria-hidden />}
                  disabled={!shown || at === chosen.length - 1}
                  onClick={() => onChosen(moved(chosen, id, 1))}
                  testId={testid.columnDown(id)}
                />
              </div>
            );
          })}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
