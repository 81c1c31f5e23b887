/** The readings that are supposed, one row each: which open point, and how it is read. */

import { Plus, X } from 'lucide-react';
import type { SwitchDto } from '@/api/client';
import { Button, IconButton } from '@/components/Button';
import { t } from '@/i18n';
import { testid } from '@/lib/testids';
import { RoundingFields, STANDARD_ROUNDING } from './RoundingFields';
import type { Reading } from './supposition';

export interface ReadingRowsProps {
  readings: readonly Reading[];
  switches: readonly SwitchDto[];
  onReadings: (readings: readonly Reading[]) => void;
}

/** The first thing to try of a switch: what is not the standard reading. */
function firstOther(one: SwitchDto | undefined): string {
  if (one?.name === 'rounding') return STANDARD_ROUNDING;
  return one?.readings[1] ?? one?.readings[0] ?? '';
}

export function ReadingRows({ readings, switches, onReadings }: ReadingRowsProps) {
  const taken = new Set(readings.map(([name]) => name));
  return (
    <fieldset className="plain-fieldset stack readings">
      <legend className="field-label">{t.whatif.readings}</legend>
      {readings.map((reading, index) => (
        <ReadingRow
          // biome-ignore lint/suspicious/noArrayIndexKey: keeps the focus when its switch changes
          key={index}
          reading={reading}
          switches={switches.filter((one) => one.name === reading[0] || !taken.has(one.name))}
          onReading={(next) => onReadings(readings.map((old, i) => (i === index ? next : old)))}
          onRemove={() => onReadings(readings.filter((_, i) => i !== index))}
        />
      ))}
      <Button
        variant="quiet"
        icon={<Plus size={14} aria-hidden />}
        disabled={taken.has('') || taken.size >= switches.length}
        onClick={() => onReadings([...readings, ['', '']])}
        testId={testid.whatifAdd}
      >
        {t.whatif.addReading}
      </Button>
    </fieldset>
  );
}

interface ReadingRowProps {
  reading: Reading;
  /** Its own switch and those that no other row has. */
  switches: readonly SwitchDto[];
  onReading: (reading: Reading) => void;
  onRemove: () => void;
}

function ReadingRow({ reading, switches, onReading, onRemove }: ReadingRowProps) {
  const [name, value] = reading;
  const known = (wanted: string) => switches.find((one) => one.name === wanted);
  return (
    <div className="reading" data-testid={testid.whatifReading}>
      <select
        className="input"
        aria-label={t.whatif.switch}
        value={name}
        onChange={(event) => {
          const next = event.target.value;
          onReading([next, firstOther(known(next))]);
        }}
        data-testid={testid.whatifSwitch}
      >
        {known(name) === undefined && (
          <option value={name}>{name === '' ? t.whatif.chooseSwitch : t.switchName(name)}</option>
        )}
        {switches.map((one) => (
          <option key={one.name} value={one.name}>
            {t.switchName(one.name)}
          </option>
        ))}
      </select>
      <ReadingField
        name={name}
        reading={value}
        known={known(name)?.readings ?? []}
        onReading={(next) => onReading([name, next])}
      />
      <IconButton
        label={t.whatif.removeReading}
        icon={<X size={14} aria-hidden />}
        onClick={onRemove}
        testId={testid.whatifRemove}
      />
    </div>
  );
}

interface ReadingFieldProps {
  name: string;
  reading: string;
  known: readonly string[];
  onReading: (reading: string) => void;
}

function ReadingField({ name, reading, known, onReading }: ReadingFieldProps) {
  if (name === 'rounding') return <RoundingFields reading={reading} onReading={onReading} />;
  const shown = known.includes(reading) ? known : [reading, ...known];
  return (
    <select
      className="input"
      aria-label={t.whatif.reading}
      value={reading}
      disabled={name === ''}
      onChange={(event) => onReading(event.target.value)}
      data-testid={testid.whatifReadingValue}
    >
      {shown.map((one) => (
        <option key={one} value={one}>
          {t.readingText(name, one)}
        </option>
      ))}
    </select>
  );
}
