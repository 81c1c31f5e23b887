/** A time zone as somebody types it; while empty, the one it has now counts. */

import { useId } from 'react';
import { t } from '@/i18n';
import { ZONES, zoneOf } from '@/lib/zones';

export interface ZoneFieldProps {
  typed: string;
  now: string;
  onTyped: (zone: string) => void;
  testId: string;
}

export function ZoneField({ typed, now, onTyped, testId }: ZoneFieldProps) {
  const id = useId();
  const bad = typed.trim() !== '' && zoneOf(typed) === null;
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {t.whatif.zone}
      </label>
      <input
        id={id}
        className="input"
        list={`${id}-zones`}
        value={typed}
        placeholder={now}
        spellCheck={false}
        aria-invalid={bad}
        aria-describedby={bad ? `${id}-bad` : undefined}
        onChange={(event) => onTyped(event.target.value)}
        data-testid={testId}
      />
      <datalist id={`${id}-zones`}>
        {ZONES.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      {bad && (
        <span id={`${id}-bad`} className="small muted">
          {t.whatif.badZone}
        </span>
      )}
    </div>
  );
}
