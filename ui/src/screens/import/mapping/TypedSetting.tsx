/** A setting that is typed: it counts when Enter is pressed or the field is left. */

import { useEffect, useId, useState } from 'react';

interface TypedSettingProps {
  label: string;
  value: string;
  placeholder: string;
  /** The text as it counts; null while it is none. */
  read: (typed: string) => string | null;
  /** What is wrong with a text that is none. */
  wrong: string;
  onValue: (value: string) => void;
  testId: string;
}

export function TypedSetting(props: TypedSettingProps) {
  const { label, value, placeholder, read, wrong, onValue, testId } = props;
  const [typed, setTyped] = useState(value);
  const id = useId();
  useEffect(() => setTyped(value), [value]);
  const isWrong = read(typed) === null;
  const commit = () => {
    const text = read(typed);
    if (text !== null && text !== value) onValue(text);
  };
  return (
    <>
      <input
        className="input"
        aria-label={label}
        aria-invalid={isWrong}
        aria-describedby={isWrong ? id : undefined}
        value={typed}
        placeholder={placeholder}
        spellCheck={false}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
        }}
        data-testid={testId}
      />
      {isWrong && (
        <span id={id} className="setting-why costs">
          {wrong}
        </span>
      )}
    </>
  );
}
