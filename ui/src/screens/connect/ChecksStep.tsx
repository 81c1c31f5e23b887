/** The checks as they happen, each with what was said on the wire behind it. */

import { CircleCheck, CircleX, LoaderCircle, type LucideIcon, TriangleAlert } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { ConnectCheck, ConnectTrial, Problem } from '@/api/client';
import { Button } from '@/components/Button';
import { ProblemPanel } from '@/components/ProblemPanel';
import type { Tone } from '@/components/Status';
import { t } from '@/i18n';
import { problemText } from '@/i18n/problems.en';
import { testid } from '@/lib/testids';
import { Exchange } from './Exchange';
import type { Trial } from './trial';
import { WizardActions } from './WizardActions';

const LOOK: Record<string, { tone: Tone; icon: LucideIcon }> = {
  good: { tone: 'good', icon: CircleCheck },
  odd: { tone: 'warn', icon: TriangleAlert },
  bad: { tone: 'bad', icon: CircleX },
};
const GOOD = { tone: 'good', icon: CircleCheck } as const;

export interface ChecksStepProps {
  trial: Trial;
  onBack: () => void;
  /** Null where the token has to be typed again first. */
  onAgain: (() => void) | null;
  onNext: () => void;
}

export function ChecksStep({ trial, onBack, onAgain, onNext }: ChecksStepProps) {
  const { found, running } = trial;
  const good = found?.state === 'good' && !running;
  const page = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The step before took the focus with it; the buttons of the end take it again.
    if (running) page.current?.focus();
  }, [running]);
  return (
    <>
      <div className="wizard-page" ref={page} tabIndex={-1}>
        <ol className="checks-list" aria-live="polite" aria-label={t.connect.steps.checks}>
          {found?.checks.map((check) => (
            <Check key={check.check} check={check} explained={good} />
          ))}
          {running && (
            <li className="check-line muted" data-testid={testid.checkRunning}>
              <LoaderCircle size={17} className="spin" aria-hidden />
              <span>{t.connect.checking}</span>
            </li>
          )}
        </ol>
        {good && found && <Good found={found} />}
        {!running && !good && <Bad trial={trial} />}
      </div>
      <WizardActions onBack={running ? undefined : onBack}>
        {running && (
          <Button onClick={onBack} testId={testid.wizardCancel}>
            {t.connect.stop}
          </Button>
        )}
        {!running && !good && onAgain && (
          <Button variant="primary" autoFocus onClick={onAgain} testId={testid.wizardNext}>
            {t.again}
          </Button>
        )}
        {good && (
          <Button variant="primary" autoFocus onClick={onNext} testId={testid.wizardNext}>
            {t.connect.toDry}
          </Button>
        )}
      </WizardActions>
    </>
  );
}

function Check({ check, explained }: { check: ConnectCheck; explained: boolean }) {
  const { tone, icon: Icon } = LOOK[check.state] ?? GOOD;
  // Where the trial fails as a whole, the panel below says what to do.
  const todo = explained && check.code ? problemText(check.code).todo : '';
  return (
    <li
      className="check-line"
      data-testid={testid.check}
      data-check={check.check}
      data-state={check.state}
    >
      <span className={`tone-text-${tone}`}>
        <Icon size={17} aria-label={t.connect.checkStates[check.state] ?? check.state} />
      </span>
      <div className="grow">
        <p>
          <strong>{t.connect.checkName(check.check)}</strong>{' '}
          <span className="muted">{check.text}</span>
        </p>
        {todo && <p className="small">{todo}</p>}
        {check.spoken.length > 0 && (
          <details className="check-raw">
            <summary data-testid={testid.checkRaw}>{t.connect.raw(check.spoken.length)}</summary>
            {check.spoken.map((spoken) => (
              <Exchange key={spoken.request_id} spoken={spoken} />
            ))}
          </details>
        )}
      </div>
    </li>
  );
}

function Good({ found }: { found: ConnectTrial }) {
  return (
    <p className="callout tone-good" role="status">
      {t.connect.good(found.version ?? '', found.modules)}
      {found.receives_cdrs && ` ${t.connect.receives}`}
    </p>
  );
}

/** The first check that failed says why; else the job does. */
function reasonOf({ found, problem }: Trial): Problem {
  const bad = found?.checks.find((check) => check.state === 'bad');
  if (bad?.code) return { code: bad.code, retry: 'no', text: bad.text, params: {} };
  if (problem) return { ...problem, retry: 'no' };
  return { code: bad ? 'bug' : 'cancelled', retry: 'no', text: bad?.text ?? '', params: {} };
}

function Bad({ trial }: { trial: Trial }) {
  return (
    <div className="check-bad">
      <ProblemPanel problem={reasonOf(trial)} />
      <p className="small muted">{t.connect.bad}</p>
    </div>
  );
}
