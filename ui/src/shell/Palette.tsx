/** The command palette: one field that goes anywhere and runs anything. */

import { useEffect, useMemo, useRef, useState } from 'react';
import { api, type CdrRowDto } from '@/api/client';
import { Keys } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { t } from '@/i18n';
import { useBook } from '@/lib/book';
import { useAvailable } from '@/lib/commands';
import { emptyFilter } from '@/lib/filter/terms';
import { navigate } from '@/lib/router';
import { testid } from '@/lib/testids';
import { formatShortInstant } from '@/lib/time';
import { type PaletteItem, paletteItems } from './paletteItems';

/** Wait after the last key before CDR ids are looked up, in milliseconds. */
const LOOKUP_MS = 120;

export function Palette({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t.palette.title}
      bare
      size="palette"
      testId={testid.palette}
    >
      <PaletteBody onClose={onClose} />
    </Dialog>
  );
}

function PaletteBody({ onClose }: { onClose: () => void }) {
  const { info } = useBook();
  const available = useAvailable();
  const [query, setQuery] = useState('');
  const [current, setCurrent] = useState(0);
  const found = useCdrLookup(query);
  const items = useMemo(
    () => [...paletteItems(query, available, info), ...found.map(cdrItem)],
    [query, available, info, found],
  );
  const list = useRef<HTMLDivElement>(null);
  const at = Math.min(current, Math.max(0, items.length - 1));

  useEffect(() => {
    list.current?.querySelector(`[data-at="${at}"]`)?.scrollIntoView?.({ block: 'nearest' });
  }, [at]);

  const run = (item: PaletteItem | undefined) => {
    if (!item) return;
    onClose();
    // The dialog gives the focus back first, so that the command can take it.
    setTimeout(item.run, 0);
  };

  return (
    <>
      <input
        className="palette-input"
        // biome-ignore lint/a11y/noAutofocus: a dialog puts the focus on its only field
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={items[at] ? `palette-${at}` : undefined}
        aria-label={t.palette.title}
        placeholder={t.palette.placeholder}
        value={query}
        spellCheck={false}
        data-testid={testid.paletteInput}
        onChange={(event) => {
          setQuery(event.target.value);
          setCurrent(0);
        }}
        onKeyDown={(event) => {
          const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
          if (step) setCurrent((at + step + items.length) % Math.max(1, items.length));
          else if (event.key === 'Enter') run(items[at]);
          else return;
          event.preventDefault();
        }}
      />
      <div className="palette-list" id="palette-list" role="listbox" ref={list} tabIndex={-1}>
        {items.length === 0 && <p className="palette-item muted">{t.palette.nothing}</p>}
        {items.map((item, i) => (
          <div key={item.id}>
            {item.group !== items[i - 1]?.group && (
              <div className="palette-group">{item.group}</div>
            )}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys stay on the input */}
            <div
              id={`palette-${i}`}
              role="option"
              tabIndex={-1}
              aria-selected={i === at}
              className="palette-item"
              data-at={i}
              data-testid={testid.paletteItem}
              onPointerMove={() => setCurrent(i)}
              onClick={() => run(item)}
            >
              <span className="grow truncate">{item.text}</span>
              {item.hint && <span className="small faint truncate">{item.hint}</span>}
              {item.keys && <Keys keys={item.keys} />}
            </div>
          </div>
        ))}
      </div>
    </>
  );
}

function cdrItem(row: CdrRowDto): PaletteItem {
  return {
    id: `cdr-${row.row}`,
    group: t.palette.cdrs,
    text: row.id,
    hint: `${row.partner} · ${formatShortInstant(row.start_at)} · ${row.location}`,
    run: () =>
      navigate({
        screen: 'cdrs',
        partner: null,
        month: null,
        params: { q: `"${row.id}"`, cdr: String(row.row) },
      }),
  };
}

/** The first CDRs in whose ids the text occurs. */
function useCdrLookup(query: string): readonly CdrRowDto[] {
  const [rows, setRows] = useState<readonly CdrRowDto[]>([]);
  const text = query.trim();
  useEffect(() => {
    if (text.length < 4) {
      setRows([]);
      return;
    }
    let wanted = true;
    const timer = setTimeout(() => {
      api
        .openCdrs({ ...emptyFilter(), text }, { column: 'start', descending: true })
        .then((view) => {
          if (wanted) setRows(view.rows.slice(0, 5));
        })
        .catch(() => {
          // The palette stays useful without CDRs; the explorer will say what is wrong.
          if (wanted) setRows([]);
        });
    }, LOOKUP_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [text]);
  return rows;
}
