/** Why: the one field of a dialog that decides something. */

import { useId } from 'react';
import { t } from '@/i18n';

export interface ReasonFieldProps {
  value: string;
  hint: string;
  onValue: (reason: string) => void;
  testId: string;
}

export function ReasonField({ value, hint, onValue, testId }: ReasonFieldProps) {
  const id = useId();
  return (
    <label className="field" htmlFor={id}>
      <span>{t.reason}</span>
      <input
        id={id}
        className="input"
        // biome-ignore lint/a11y/noAutofocus: the one field of the dialog
        autoFocus
        value={value}
        placeholder={hint}
        data-testid={testId}
        onFocus={(event) => event.target.select()}
        onChange={(event) => onValue(event.target.value)}
      />
    </label>
  );
}
