/** From where on a partner's records are odd, and how long a CDR may take. */

import type { ThresholdsDto } from '@/api/client';
import { t } from '@/i18n';

const NAMES = [
  'cdr_days',
  'session_kwh',
  'day_kwh',
  'session_hours',
  'price_percent',
  'clock_s',
  'meter_percent',
] as const;

interface ThresholdFieldsProps {
  thresholds: ThresholdsDto;
  onThresholds: (thresholds: ThresholdsDto) => void;
}

export function ThresholdFields({ thresholds, onThresholds }: ThresholdFieldsProps) {
  return (
    <details className="form-wide">
      <summary>{t.thresholds.title}</summary>
      <div className="form-grid">
        {NAMES.map((name) => (
          <label key={name} className="field">
            <span>{t.thresholds[name]}</span>
            <input
              inputMode="numeric"
              value={String(thresholds[name])}
              onChange={(event) =>
                onThresholds({
                  ...thresholds,
                  [name]: Math.min(Number(event.target.value.replace(/\D/g, '')), 1_000_000),
                })
              }
            />
          </label>
        ))}
      </div>
    </details>
  );
}
