/** The buttons under a step: back on the left, the act on the right. */

import type { ReactNode } from 'react';
import { Button } from '@/components/Button';
import { t } from '@/i18n';
import { testid } from '@/lib/testids';

export interface WizardActionsProps {
  onBack?: () => void;
  children: ReactNode;
}

export function WizardActions({ onBack, children }: WizardActionsProps) {
  return (
    <div className="wizard-actions">
      {onBack && (
        <Button onClick={onBack} testId={testid.wizardBack}>
          {t.connect.back}
        </Button>
      )}
      <span className="grow" />
      {children}
    </div>
  );
}
