/** The filter as a sentence: typed with completion, shown as chips that the mouse can remove. */

import { ListFilter, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { t } from '@/i18n';
import { useCommand } from '@/lib/commands';
import { complete, type Known, type Suggestion, wordAt } from '@/lib/filter/complete';
import { type Complaint, parseFilter } from '@/lib/filter/parse';
import { formatTerm, formatTerms, type Term } from '@/lib/filter/terms';
import { testid } from '@/lib/testids';
import { IconButton } from './Button';

export interface FilterBarProps {
  terms: readonly Term[];
  onTerms: (terms: Term[]) => void;
  known: Known;
  /** Names a term for its chip. */
  chip: (term: Term) => string;
}

export function FilterBar({ terms, onTerms, known, chip }: FilterBarProps) {
  const [editing, setEditing] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useCommand('filter.focus', () => {
    setEditing(true);
    setTimeout(() => input.current?.focus(), 0);
  });
  useCommand('filter.clear', () => onTerms([]), terms.length > 0);
  return (
    <div className="filter" data-editing={editing}>
      <ListFilter size={15} className="faint" aria-hidden />
      {editing || terms.length === 0 ? (
        <Sentence
          terms={terms}
          onTerms={onTerms}
          known={known}
          inputRef={input}
          onStart={() => setEditing(true)}
          onDone={() => setEditing(false)}
          focusOnShow={editing}
        />
      ) : (
        <>
          <ul className="filter-chips">
            {terms.map((term) => (
              <li key={formatTerm(term)} className="chip" data-testid={testid.filterChip}>
                {chip(term)}
                <button
                  type="button"
                  className="chip-remove"
                  aria-label={t.filter.remove(chip(term))}
                  onClick={() => onTerms(terms.filter((one) => one !== term))}
                >
                  <X size={13} aria-hidden />
                </button>
              </li>
            ))}
          </ul>
          <button type="button" className="filter-add" onClick={() => setEditing(true)}>
            {t.filter.add}
          </button>
          <IconButton
            label={t.filter.drop}
            icon={<X size={15} aria-hidden />}
            onClick={() => onTerms([])}
            testId={testid.filterClear}
          />
        </>
      )}
    </div>
  );
}

interface SentenceProps {
  terms: readonly Term[];
  onTerms: (terms: Term[]) => void;
  known: Known;
  inputRef: React.RefObject<HTMLInputElement | null>;
  onStart: () => void;
  onDone: () => void;
  focusOnShow: boolean;
}

function Sentence(props: SentenceProps) {
  const { terms, onTerms, known, inputRef, onStart, onDone, focusOnShow } = props;
  const given = formatTerms(terms);
  const [text, setText] = useState(given === '' ? '' : `${given} `);
  const [cursor, setCursor] = useState(text.length);
  const [current, setCurrent] = useState(-1);
  const [open, setOpen] = useState(false);
  const listId = useId();

  useEffect(() => {
    if (!focusOnShow) return;
    const element = inputRef.current;
    element?.focus();
    element?.setSelectionRange(element.value.length, element.value.length);
  }, [focusOnShow, inputRef]);

  const { start, end } = wordAt(text, cursor);
  const offered = open ? complete(text.slice(start, end), known) : [];
  const { complaints } = parseFilter(text);

  const commit = (sentence: string) => {
    onTerms(parseFilter(sentence).terms);
    setOpen(false);
  };
  const take = (suggestion: Suggestion) => {
    const next = `${text.slice(0, start)}${suggestion.insert}${suggestion.done ? ' ' : ''}`;
    const rest = text.slice(end).trimStart();
    setText(next + rest);
    setCursor(next.length);
    setCurrent(-1);
    inputRef.current?.focus();
    if (suggestion.done) onTerms(parseFilter(next + rest).terms);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const choice = offered[current];
    if (step && offered.length > 0) {
      setCurrent((current + step + offered.length) % offered.length);
    } else if ((event.key === 'Tab' || event.key === 'Enter') && choice) {
      take(choice);
    } else if (event.key === 'Tab' && offered[0] && text.slice(start, end) !== '') {
      take(offered[0]);
    } else if (event.key === 'Enter') {
      commit(text);
      onDone();
      document.querySelector<HTMLElement>('[data-main-grid]')?.focus();
    } else if (event.key === 'Escape') {
      setText(given);
      onDone();
      document.querySelector<HTMLElement>('[data-main-grid]')?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="filter-sentence">
      <input
        ref={inputRef}
        className="filter-input"
        role="combobox"
        aria-label={t.filter.label}
        aria-expanded={offered.length > 0}
        aria-controls={listId}
        aria-activedescendant={current >= 0 ? `${listId}-${current}` : undefined}
        placeholder={t.filter.placeholder}
        spellCheck={false}
        autoComplete="off"
        value={text}
        data-testid={testid.filterInput}
        onChange={(event) => {
          setText(event.target.value);
          setCursor(event.target.selectionStart ?? event.target.value.length);
          setCurrent(-1);
          setOpen(true);
        }}
        onSelect={(event) => setCursor(event.currentTarget.selectionStart ?? 0)}
        onFocus={() => {
          setOpen(true);
          onStart();
        }}
        onBlur={() => {
          if (text.trim() !== given) commit(text);
          setOpen(false);
          onDone();
        }}
        onKeyDown={onKeyDown}
      />
      {offered.length > 0 && (
        <Offers id={listId} offered={offered} current={current} onTake={take} />
      )}
      {complaints[0] && <p className="filter-complaint small">{complaintText(complaints[0])}</p>}
    </div>
  );
}

function complaintText(complaint: Complaint): string {
  return complaint.what === 'unknown'
    ? t.filter.unknown(complaint.word)
    : t.filter.notANumber(complaint.word);
}

interface OffersProps {
  id: string;
  offered: readonly Suggestion[];
  current: number;
  onTake: (suggestion: Suggestion) => void;
}

function Offers({ id, offered, current, onTake }: OffersProps) {
  return (
    <div className="filter-offers" id={id} role="listbox" aria-label={t.filter.label}>
      {offered.map((suggestion, i) => (
        <div
          key={suggestion.insert}
          id={`${id}-${i}`}
          role="option"
          tabIndex={-1}
          aria-selected={i === current}
          className="filter-offer"
          data-testid={testid.filterSuggestion}
          // Before the blur of the input, which would close the list.
          onMouseDown={(event) => {
            event.preventDefault();
            onTake(suggestion);
          }}
        >
          <code>{suggestion.insert}</code>
          <span className="grow" />
          <span className="small faint truncate">{suggestion.hint}</span>
        </div>
      ))}
    </div>
  );
}
