/** When to pull, and from when on; then the connection is kept. */

import { useId, useState } from 'react';
import { api, asProblem, type ConnectionDto, type Problem } from '@/api/client';
import { Button } from '@/components/Button';
import { ProblemPanel } from '@/components/ProblemPanel';
import { Select } from '@/components/Select';
import { t } from '@/i18n';
import { changedTopics } from '@/lib/query';
import { testid } from '@/lib/testids';
import { everyNames, everyValue, hoursOf } from './schedule';
import { WizardActions } from './WizardActions';

export interface ScheduleStepProps {
  connection: ConnectionDto;
  /** The trial that is to be kept. */
  job: number;
  onBack: () => void;
  /** To the first step, where what was tried is not known any more. */
  onStartOver: () => void;
  onKept: (connection: ConnectionDto) => void;
}

type Since = 'all' | 'day';

export function ScheduleStep(props: ScheduleStepProps) {
  const { connection, job, onBack, onStartOver, onKept } = props;
  const [every, setEvery] = useState(connection.connected ? connection.every_hours : 24);
  const [since, setSince] = useState<Since>('all');
  const [day, setDay] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const ready = !busy && (since === 'all' || day !== '');
  const keep = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const request = { job, every_hours: every, since: since === 'day' ? day : null };
      const kept = await api.keepConnection(request);
      changedTopics('connection', 'audit');
      onKept(kept);
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setBusy(false);
    }
  };
  return (
    <>
      <form
        id="connect-schedule"
        className="stack wizard-page wizard-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) void keep();
        }}
      >
        <EveryField every={every} onEvery={setEvery} />
        <SinceFields since={since} day={day} onSince={setSince} onDay={setDay} />
        {problem && (
          <ProblemPanel
            problem={problem}
            action={
              problem.code === 'trial_gone' && (
                <Button onClick={onStartOver}>{t.connect.back}</Button>
              )
            }
          />
        )}
      </form>
      <WizardActions onBack={onBack}>
        <Button
          type="submit"
          form="connect-schedule"
          variant="primary"
          autoFocus
          disabled={!ready}
          testId={testid.wizardNext}
        >
          {connection.connected ? t.connect.keepChange : t.connect.keep(connection.partner)}
        </Button>
      </WizardActions>
    </>
  );
}

interface EveryFieldProps {
  every: number | null;
  onEvery: (hours: number | null) => void;
}

function EveryField({ every, onEvery }: EveryFieldProps) {
  return (
    <div className="field">
      <span>{t.connect.every}</span>
      <Select
        label={t.connect.every}
        value={everyValue(every)}
        names={everyNames(every)}
        onValue={(value) => onEvery(hoursOf(value))}
        testId={testid.wizardEvery}
      />
      <p className="small muted">{t.connect.whileOpen}</p>
    </div>
  );
}

interface SinceFieldsProps {
  since: Since;
  day: string;
  onSince: (since: Since) => void;
  onDay: (day: string) => void;
}

function SinceFields({ since, day, onSince, onDay }: SinceFieldsProps) {
  const name = useId();
  const choice = (value: Since, text: string) => (
    <label className="row since-choice">
      <input
        type="radio"
        name={name}
        checked={since === value}
        onChange={() => onSince(value)}
        data-testid={testid.wizardSince(value)}
      />
      {text}
    </label>
  );
  return (
    <fieldset className="stack plain-fieldset">
      <legend className="field-label">{t.connect.since}</legend>
      {choice('all', t.connect.sinceAll)}
      <div className="row row-wrap">
        {choice('day', t.connect.sinceDay)}
        <input
          className="input since-day"
          type="date"
          aria-label={t.connect.sinceDayName}
          value={day}
          onChange={(event) => {
            onDay(event.target.value);
            onSince('day');
          }}
          data-testid={testid.wizardSinceDay}
        />
      </div>
    </fieldset>
  );
}
