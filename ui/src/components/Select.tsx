/** A choice of a few words; its name is read aloud. */

export interface SelectProps {
  label: string;
  value: string;
  names: readonly (readonly [value: string, name: string])[];
  onValue: (value: string) => void;
  testId: string;
}

export function Select({ label, value, names, onValue, testId }: SelectProps) {
  return (
    <select
      className="input"
      aria-label={label}
      value={value}
      onChange={(event) => onValue(event.target.value)}
      data-testid={testId}
    >
      {names.map(([code, name]) => (
        <option key={code} value={code}>
          {name}
        </option>
      ))}
    </select>
  );
}
