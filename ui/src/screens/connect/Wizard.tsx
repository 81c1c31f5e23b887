/** The way to a connection: address and token, checks, the first CDRs, the schedule. */

import { useEffect, useRef, useState } from 'react';
import { api, type ConnectionDto, type ConnectRequest } from '@/api/client';
import { Dialog } from '@/components/Dialog';
import { ProblemPanel } from '@/components/ProblemPanel';
import { t } from '@/i18n';
import { useBook } from '@/lib/book';
import { useQuery } from '@/lib/query';
import { testid } from '@/lib/testids';
import { AddressStep } from './AddressStep';
import { ChecksStep } from './ChecksStep';
import { DoneStep } from './DoneStep';
import { DryRunStep } from './DryRunStep';
import { type Draft, draftOf, requestOf } from './draft';
import { ScheduleStep } from './ScheduleStep';
import { type Step, Steps } from './Steps';
import { useTrial } from './trial';

export interface WizardProps {
  partner: string;
  onClose: () => void;
}

export function Wizard({ partner, onClose }: WizardProps) {
  const before = useQuery('connection', partner, () => api.connection(partner));
  // What the wizard starts from does not change under the hands of somebody who types.
  const first = useRef<ConnectionDto | undefined>(undefined);
  first.current ??= before.data;
  const connection = first.current;
  const name = useBook().partnerName(partner) || partner;
  return (
    <Dialog
      open
      onClose={onClose}
      title={connection?.connected ? t.connect.changeTitle(name) : t.connect.title(name)}
      size="large"
      keepOutside
      testId={testid.wizard}
    >
      {before.problem && !connection && (
        <ProblemPanel problem={before.problem} onRetry={before.reload} />
      )}
      {!connection && !before.problem && <p className="dialog-body muted">{t.loading}</p>}
      {connection && <WizardBody connection={connection} onClose={onClose} />}
    </Dialog>
  );
}

interface BodyProps {
  connection: ConnectionDto;
  onClose: () => void;
}

function WizardBody({ connection, onClose }: BodyProps) {
  const { partner } = connection;
  const [step, setStep] = useState<Step>('address');
  const [draft, setDraft] = useState<Draft>(() => draftOf(connection));
  const [kept, setKept] = useState<ConnectionDto | null>(null);
  const { trial, start, drop } = useTrial();
  const good = trial.found?.state === 'good';
  // The token has done its work: the core holds what it needs of it.
  useEffect(() => {
    if (good) setDraft((now) => ({ ...now, token: '' }));
  }, [good]);
  const check = (request: ConnectRequest) => {
    setStep('checks');
    start(request);
  };
  const again = requestOf(draft, partner, connection.connected);
  const back = () => {
    drop();
    setStep('address');
  };
  return (
    <div className="wizard">
      <Steps step={step} done={kept !== null} />
      {kept && <DoneStep connection={kept} onClose={onClose} />}
      {!kept && step === 'address' && (
        <AddressStep
          connection={connection}
          draft={draft}
          onDraft={setDraft}
          onCheck={check}
          onClose={onClose}
        />
      )}
      {!kept && step === 'checks' && (
        <ChecksStep
          trial={trial}
          onBack={back}
          onAgain={again && (() => check(again))}
          onNext={() => setStep('dry')}
        />
      )}
      {!kept && step === 'dry' && trial.found && (
        <DryRunStep
          trial={trial.found}
          onBack={() => setStep('checks')}
          onNext={() => setStep('schedule')}
        />
      )}
      {!kept && step === 'schedule' && trial.job !== null && (
        <ScheduleStep
          connection={connection}
          job={trial.job}
          onBack={() => setStep('dry')}
          onStartOver={back}
          onKept={setKept}
        />
      )}
    </div>
  );
}
