/** The connection is kept; what is left is to pull. */

import { CircleCheck, CloudDownload } from 'lucide-react';
import type { ConnectionDto } from '@/api/client';
import { Button } from '@/components/Button';
import { t } from '@/i18n';
import { navigate } from '@/lib/router';
import { testid } from '@/lib/testids';
import { pullNow } from './pull';
import { WizardActions } from './WizardActions';

interface DoneStepProps {
  connection: ConnectionDto;
  onClose: () => void;
}

export function DoneStep({ connection, onClose }: DoneStepProps) {
  const { partner } = connection;
  const pull = () => {
    void pullNow(partner);
    onClose();
    navigate({ screen: 'partners', params: { who: partner, tab: 'connection' } });
  };
  return (
    <>
      <div className="wizard-page wizard-done" role="status" data-testid={testid.wizardDone}>
        <span className="empty-icon tone-text-good">
          <CircleCheck size={22} strokeWidth={1.7} aria-hidden />
        </span>
        <h2>{t.connect.done(partner)}</h2>
        <p className="muted">
          {connection.every_hours === null ? t.connect.doneByHand : t.connect.doneText}
        </p>
      </div>
      <WizardActions>
        <Button onClick={onClose} testId={testid.wizardCancel}>
          {t.connect.later}
        </Button>
        <Button
          variant="primary"
          autoFocus
          icon={<CloudDownload size={15} aria-hidden />}
          onClick={pull}
          testId={testid.wizardNext}
        >
          {t.connect.pull}
        </Button>
      </WizardActions>
    </>
  );
}
