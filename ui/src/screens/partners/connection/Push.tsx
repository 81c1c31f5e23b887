/** Sends our CDRs of a month to the partner, and shows how far each is. */

import { Send } from 'lucide-react';
import { useState } from 'react';
import { api, type PartnerDto, type PushQueue } from '@/api/client';
import { Button } from '@/components/Button';
import { ProblemPanel } from '@/components/ProblemPanel';
import { t } from '@/i18n';
import { formatCount } from '@/lib/decimal';
import { useRunning } from '@/lib/jobs';
import { useQuery } from '@/lib/query';
import { testid } from '@/lib/testids';
import { MonthChoice, useMonthChoice } from '../MonthChoice';
import { PushDialog } from './PushDialog';
import { PushRows } from './PushRows';

interface PushProps {
  partner: PartnerDto;
  locked: boolean;
}

export function Push({ partner, locked }: PushProps) {
  const [month, setMonth] = useMonthChoice();
  const queue = useQuery('connection', month && `push ${partner.key} ${month}`, () =>
    api.pushQueue({ partner: partner.key, month: month ?? '' }),
  );
  if (month === null) return null;
  return (
    <section className="stack" data-testid={testid.push}>
      <div>
        <h3>{t.push.title}</h3>
        <p className="muted">{t.push.text}</p>
      </div>
      <MonthChoice month={month} onMonth={setMonth} testId={testid.pushMonth} />
      {queue.problem && <ProblemPanel problem={queue.problem} onRetry={queue.reload} />}
      {!queue.data && queue.loading && <p className="muted">{t.loading}</p>}
      {queue.data && (
        <Queue
          key={month}
          queue={queue.data}
          partner={partner}
          month={month}
          locked={locked || queue.loading}
        />
      )}
    </section>
  );
}

interface QueueProps extends PushProps {
  queue: PushQueue;
  month: string;
}

const COUNTS = ['to_send', 'unknown', 'refused', 'sent'] as const;

function Queue({ queue, partner, month, locked }: QueueProps) {
  const [again, setAgain] = useState(false);
  const [asking, setAsking] = useState(false);
  const running = useRunning('push', partner.key);
  const refused = again ? queue.refused : 0;
  const count = queue.to_send + queue.unknown + refused;
  return (
    <>
      <dl className="counts push-counts">
        {COUNTS.map((state) => (
          <div key={state}>
            <dt className="eyebrow">{t.push.state(state)}</dt>
            <dd data-testid={testid.pushCount(state)}>{formatCount(queue[state])}</dd>
          </div>
        ))}
      </dl>
      {queue.problem && <ProblemPanel problem={queue.problem} />}
      {queue.rows.length === 0 && !queue.problem && <p className="muted">{t.push.none}</p>}
      <div className="row row-wrap push-acts">
        {(count > 0 || running) && (
          <Button
            icon={<Send size={15} aria-hidden />}
            disabled={locked || running !== undefined || queue.problem !== null}
            onClick={() => setAsking(true)}
            testId={testid.pushOpen}
          >
            {running ? t.push.sending : t.push.open(count)}
          </Button>
        )}
        {queue.refused > 0 && (
          <label className="row">
            <input
              type="checkbox"
              checked={again}
              onChange={(event) => setAgain(event.target.checked)}
              data-testid={testid.pushAgain}
            />
            {t.push.again(queue.refused)}
          </label>
        )}
        {running && (
          <span className="muted" aria-live="off">
            {t.jobs.progress(running)}
          </span>
        )}
      </div>
      {queue.rows.length > 0 && <PushRows queue={queue} />}
      {asking && (
        <PushDialog
          partner={partner}
          month={month}
          counts={{ all: count, unknown: queue.unknown, refused }}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
