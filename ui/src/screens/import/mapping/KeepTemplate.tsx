/** Whether the partner's next files of this kind are read the same way. */

import { useId } from 'react';
import { t } from '@/i18n';
import { testid } from '@/lib/testids';
import { type Entry, keepReading } from '../queue';
import { isKeepable, isKept, suggestedName } from './reading';

export function KeepTemplate({ entry }: { entry: Entry }) {
  const name = useId();
  if (!isKeepable(entry)) return null;
  const { token } = entry.file;
  const partner = entry.preview?.partner;
  const isOn = isKept(entry);
  return (
    <div className="keep">
      <label className="row">
        <input
          type="checkbox"
          checked={isOn}
          onChange={(event) => keepReading(token, { on: event.target.checked })}
          data-testid={testid.keep}
        />
        <span>{t.mapping.keep(partner?.name || partner?.key || '')}</span>
      </label>
      {isOn && (
        <>
          <label htmlFor={name} className="sr-only">
            {t.mapping.keepName}
          </label>
          <input
            id={name}
            className="input keep-name"
            value={entry.keep.name ?? suggestedName(entry)}
            placeholder={suggestedName(entry)}
            spellCheck={false}
            onChange={(event) => keepReading(token, { name: event.target.value })}
            data-testid={testid.keepName}
          />
          <span className="faint small grow">{t.mapping.keepHint}</span>
        </>
      )}
    </div>
  );
}
