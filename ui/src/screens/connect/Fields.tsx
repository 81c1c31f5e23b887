/** Fields of the connection forms: addresses and codes, which no spelling check should touch. */

import { useId } from 'react';

export interface TextFieldProps {
  label: string;
  value: string;
  onValue: (value: string) => void;
  hint?: string;
  autoFocus?: boolean;
  /** Over several lines. */
  lines?: number;
  testId: string;
}

export function TextField(props: TextFieldProps) {
  const { label, value, onValue, hint, autoFocus, lines, testId } = props;
  const id = useId();
  const shared = {
    id,
    value,
    placeholder: hint,
    spellCheck: false,
    autoComplete: 'off',
    autoCapitalize: 'off',
    'data-testid': testId,
  };
  return (
    <label className="field" htmlFor={id}>
      <span>{label}</span>
      {lines ? (
        <textarea
          {...shared}
          className="textarea mono"
          rows={lines}
          onChange={(event) => onValue(event.target.value)}
        />
      ) : (
        <input
          {...shared}
          className="input"
          // biome-ignore lint/a11y/noAutofocus: the first field of the dialog
          autoFocus={autoFocus}
          onChange={(event) => onValue(event.target.value)}
        />
      )}
    </label>
  );
}

export interface TickProps {
  label: string;
  text: string;
  checked: boolean;
  onChecked: (checked: boolean) => void;
  /** What is allowed is a risk. */
  risky?: boolean;
  testId: string;
}

export function Tick({ label, text, checked, onChecked, risky, testId }: TickProps) {
  return (
    <label className="tick">
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChecked(event.target.checked)}
        data-testid={testId}
      />
      <span>
        {label}
        <span className={`small tick-text ${risky && checked ? 'tone-text-warn' : 'muted'}`}>
          {text}
        </span>
      </span>
    </label>
  );
}
