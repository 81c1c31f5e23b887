/** The token: hidden until somebody wants to see it, offered to no password manager. */

import { Eye, EyeOff } from 'lucide-react';
import { useId, useState } from 'react';
import { IconButton } from '@/components/Button';
import { t } from '@/i18n';
import { testid } from '@/lib/testids';

interface TokenFieldProps {
  value: string;
  hint: string;
  onValue: (token: string) => void;
  autoFocus?: boolean;
}

export function TokenField({ value, hint, onValue, autoFocus }: TokenFieldProps) {
  const id = useId();
  const [shown, setShown] = useState(false);
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {t.connect.token}
      </label>
      <div className="token-field">
        <input
          id={id}
          className="input"
          type={shown ? 'text' : 'password'}
          value={value}
          placeholder={hint}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          aria-describedby={`${id}-stays`}
          // biome-ignore lint/a11y/noAutofocus: the first field that is open, where one is kept
          autoFocus={autoFocus}
          data-testid={testid.wizardToken}
          onChange={(event) => onValue(event.target.value)}
        />
        <IconButton
          label={shown ? t.connect.tokenHide : t.connect.tokenShow}
          aria-pressed={shown}
          icon={shown ? <EyeOff size={16} aria-hidden /> : <Eye size={16} aria-hidden />}
          onClick={() => setShown(!shown)}
          testId={testid.wizardTokenShow}
        />
      </div>
      <p id={`${id}-stays`} className="small muted">
        {t.connect.tokenStays}
      </p>
    </div>
  );
}
