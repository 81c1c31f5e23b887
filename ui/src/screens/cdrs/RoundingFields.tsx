/** Rounding as three choices: what is rounded, to how many decimals, and which way. */

import { Select } from '@/components/Select';
import { t } from '@/i18n';
import { testid } from '@/lib/testids';

/** Where a try starts: totals to whole cents, as invoices round. */
export const STANDARD_ROUNDING = 'per_total,2,half_up';

const STAGES = ['none', 'per_period', 'per_line', 'per_dimension', 'per_total'];
const DIGITS = ['0', '1', '2', '3', '4'];
const MODES = ['half_up', 'half_even', 'up', 'down'];

export interface RoundingFieldsProps {
  /** `stage,digits,mode`: also where nothing is rounded, since the core reads three words. */
  reading: string;
  onReading: (reading: string) => void;
}

export function RoundingFields({ reading, onReading }: RoundingFieldsProps) {
  const [stage = 'per_total', digits = '4', mode = 'half_up'] = reading.split(',');
  const set = (change: { stage?: string; digits?: string; mode?: string }) => {
    const next = { stage, digits, mode, ...change };
    onReading(`${next.stage},${next.digits},${next.mode}`);
  };
  return (
    <span className="rounding-fields">
      <Choice
        label={t.whatif.roundingStage}
        value={stage}
        known={STAGES}
        words={(one) => t.roundingStage(one)}
        onValue={(next) => set({ stage: next })}
        testId={testid.whatifStage}
      />
      {stage !== 'none' && (
        <>
          <Choice
            label={t.whatif.roundingDigits}
            value={digits}
            known={DIGITS}
            words={(one) => t.whatif.decimals(Number(one))}
            onValue={(next) => set({ digits: next })}
            testId={testid.whatifDigits}
          />
          <Choice
            label={t.whatif.roundingMode}
            value={mode}
            known={MODES}
            words={(one) => t.roundingMode(one)}
            onValue={(next) => set({ mode: next })}
            testId={testid.whatifMode}
          />
        </>
      )}
    </span>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  known: readonly string[];
  words: (value: string) => string;
  onValue: (value: string) => void;
  testId: string;
}

function Choice({ label, value, known, words, onValue, testId }: ChoiceProps) {
  const shown = known.includes(value) ? known : [...known, value];
  return (
    <Select
      label={label}
      value={value}
      names={shown.map((one) => [one, words(one)])}
      onValue={onValue}
      testId={testId}
    />
  );
}
