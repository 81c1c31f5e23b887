/** The field that a column fills: a menu in plain words, grouped by what they are about. */

import { t } from '@/i18n';

export interface FieldSelectProps {
  label: string;
  /** The field now; null where nothing was chosen yet. */
  value: string | null;
  /** The fields that the core knows; others are not offered. */
  fields: readonly string[];
  onField: (field: string) => void;
  disabled?: boolean;
  testId: string;
}

export function FieldSelect(props: FieldSelectProps) {
  const { label, value, fields, onField, disabled, testId } = props;
  return (
    <select
      className="input"
      aria-label={label}
      value={value ?? CHOOSE}
      disabled={disabled}
      onChange={(event) => onField(event.target.value)}
      data-testid={testId}
    >
      {value === null && (
        <option value={CHOOSE} disabled>
          {t.mapping.choose}
        </option>
      )}
      <option value="">{t.mapping.unused}</option>
      {t.mapping.fieldGroups.map((group) => (
        <optgroup key={group.name} label={group.name}>
          {Object.entries(group.fields)
            .filter(([field]) => fields.includes(field))
            .map(([field, name]) => (
              <option key={field} value={field}>
                {name}
              </option>
            ))}
        </optgroup>
      ))}
    </select>
  );
}

const CHOOSE = '?';
