/** Looks for the readings that explain most CDRs of a month, and agrees on them on demand. */

import { SearchCheck } from 'lucide-react';
import { useState } from 'react';
import { api, asProblem, type InferredDto, type PartnerDto, type Problem } from '@/api/client';
import { Button } from '@/components/Button';
import { ProblemPanel } from '@/components/ProblemPanel';
import { Select } from '@/components/Select';
import { t } from '@/i18n';
import { agreeOn } from '@/lib/agreement';
import { useBook } from '@/lib/book';
import { useAddress } from '@/lib/router';
import { testid } from '@/lib/testids';
import { formatMonth } from '@/lib/time';
import { ReadingList } from './Agreement';

type Found =
  | { state: 'nothing' }
  | { state: 'looking' }
  | { state: 'failed'; problem: Problem }
  | { state: 'found'; answer: InferredDto };

export function FindReadings({ partner }: { partner: PartnerDto }) {
  const { info } = useBook();
  const here = useAddress();
  const [chosen, setChosen] = useState<string | null>(null);
  const [found, setFound] = useState<Found>({ state: 'nothing' });
  const month = chosen ?? here.month ?? info.months[0];
  if (month === undefined) return null;
  const months = info.months.includes(month) ? info.months : [month, ...info.months];
  const look = async () => {
    setFound({ state: 'looking' });
    try {
      const answer = await api.infer({ partner: partner.key, month });
      setFound({ state: 'found', answer });
    } catch (thrown) {
      setFound({ state: 'failed', problem: asProblem(thrown) });
    }
  };
  const looking = found.state === 'looking';
  return (
    <section className="stack">
      <div>
        <h3>{t.infer.title}</h3>
        <p className="muted">{t.infer.text}</p>
      </div>
      <fieldset className="row row-wrap plain-fieldset infer-tools" disabled={looking}>
        <Select
          label={t.shell.month}
          value={month}
          names={months.map((one) => [one, formatMonth(one)])}
          onValue={(next) => {
            setChosen(next);
            setFound({ state: 'nothing' });
          }}
          testId={testid.inferMonth}
        />
        <Button
          icon={<SearchCheck size={15} aria-hidden />}
          onClick={() => void look()}
          testId={testid.inferRun}
        >
          {looking ? t.infer.looking : t.infer.run}
        </Button>
      </fieldset>
      {found.state === 'failed' && (
        <ProblemPanel problem={found.problem} onRetry={() => void look()} />
      )}
      {found.state === 'found' && (
        <Inferred
          partner={partner}
          answer={found.answer}
          onAgreed={() => setFound({ state: 'nothing' })}
        />
      )}
    </section>
  );
}

interface InferredProps {
  partner: PartnerDto;
  answer: InferredDto;
  onAgreed: () => void;
}

function Inferred({ partner, answer, onAgreed }: InferredProps) {
  const [busy, setBusy] = useState(false);
  const same = Object.keys(answer.changes).length === 0;
  const agree = async () => {
    setBusy(true);
    const name = partner.company.name || partner.key;
    if (await agreeOn(partner.key, name, () => answer.policy)) onAgreed();
    else setBusy(false);
  };
  return (
    <div className="stack card infer-found" role="status">
      <p data-testid={testid.inferText}>{answer.text}</p>
      <p className="small muted">
        {t.infer.explains(answer.explained, answer.of, answer.before)}
        {answer.of < answer.held && ` ${t.infer.looked(answer.of, answer.held)}`}
      </p>
      {same ? (
        <p className="muted">{t.infer.same}</p>
      ) : (
        <>
          <ReadingList readings={answer.changes} />
          <div>
            <Button
              variant="primary"
              disabled={busy}
              title={t.infer.agreeHint}
              onClick={() => void agree()}
              testId={testid.inferAgree}
            >
              {t.infer.agree}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}
