/** How far the wizard is. */

import { Check } from 'lucide-react';
import { t } from '@/i18n';
import { testid } from '@/lib/testids';

export const STEPS = ['address', 'checks', 'dry', 'schedule'] as const;
export type Step = (typeof STEPS)[number];

export function Steps({ step, done }: { step: Step; done: boolean }) {
  const at = done ? STEPS.length : STEPS.indexOf(step);
  return (
    <ol className="steps">
      {STEPS.map((one, i) => (
        <li
          key={one}
          className="step"
          data-state={i < at ? 'done' : i === at ? 'now' : 'later'}
          aria-current={i === at ? 'step' : undefined}
          data-testid={testid.wizardStep(one)}
        >
          <span className="step-mark" aria-hidden>
            {i < at ? <Check size={12} strokeWidth={2.6} /> : i + 1}
          </span>
          <span className="truncate">
            <span className="sr-only">{t.connect.step(i + 1, STEPS.length)}: </span>
            {t.connect.steps[one]}
          </span>
        </li>
      ))}
    </ol>
  );
}
