/** What if: the CDR replayed otherwise, live beside what it is now, and kept only on demand. */

import { type Ref, useState } from 'react';
import { api, type CdrDetail, type WhatIfAnswer, type WhatIf as WireWhatIf } from '@/api/client';
import { Button } from '@/components/Button';
import { FindingList } from '@/components/FindingList';
import { ProblemPanel } from '@/components/ProblemPanel';
import { Badge } from '@/components/Status';
import { t } from '@/i18n';
import { makeRule } from '@/lib/agreement';
import { useBook } from '@/lib/book';
import { useQuery } from '@/lib/query';
import { testid } from '@/lib/testids';
import { Disclosure } from './Disclosure';
import { Figure, moneyOf } from './Figures';
import { KeepDialog } from './KeepDialog';
import { canBeRule, isAsNow, questionOf, type Supposition } from './supposition';
import { WhatIfFields } from './WhatIfFields';
import { WhatIfLines } from './WhatIfLines';

export interface WhatIfProps {
  detail: CdrDetail;
  payable: boolean;
  open: boolean;
  onOpen: (open: boolean) => void;
  supposed: Supposition;
  onSupposed: (supposed: Supposition) => void;
  onReset: () => void;
  ref?: Ref<HTMLButtonElement>;
}

export function WhatIf({ open, onOpen, ref, ...rest }: WhatIfProps) {
  return (
    <Disclosure
      ref={ref}
      title={t.whatif.title}
      open={open}
      onOpen={onOpen}
      keys="w"
      testId={testid.whatifOpen}
    >
      <Opened {...rest} />
    </Disclosure>
  );
}

type OpenedProps = Omit<WhatIfProps, 'open' | 'onOpen' | 'ref'>;

function Opened({ detail, payable, supposed, onSupposed, onReset }: OpenedProps) {
  const question = questionOf(detail.row.row, supposed);
  const asNow = isAsNow(question);
  const answer = useQuery('cdr', asNow ? null : JSON.stringify(question), () =>
    api.whatif(question),
  );
  const ready = answer.data !== undefined && !answer.loading;
  return (
    <div className="stack whatif" data-testid={testid.whatif}>
      <WhatIfFields detail={detail} supposed={supposed} onSupposed={onSupposed} />
      {asNow && <p className="muted">{t.whatif.choose}</p>}
      {answer.problem && <ProblemPanel problem={answer.problem} onRetry={answer.reload} />}
      {answer.data && (
        <Answered
          answer={answer.data}
          stale={answer.loading}
          currency={detail.row.currency}
          payable={payable}
        />
      )}
      <Acts detail={detail} question={question} ready={ready} onReset={onReset} />
      <p className="small faint">{t.whatif.nothingStored}</p>
    </div>
  );
}

interface AnsweredProps {
  answer: WhatIfAnswer;
  stale: boolean;
  currency: string;
  payable: boolean;
}

function Answered({ answer, stale, currency, payable }: AnsweredProps) {
  const net = (part: { excl_vat: string | null } | null) => moneyOf(part?.excl_vat, currency);
  return (
    <div className="stack whatif-answer" aria-busy={stale} data-testid={testid.whatifAnswer}>
      <div className="figures">
        <Figure
          label={t.whatif.now}
          money={net(answer.now.total)}
          missing={t.detail.notPriced}
          testId={testid.whatifNow}
        />
        <Figure
          label={t.whatif.supposed}
          money={net(answer.supposed.total)}
          missing={t.detail.notPriced}
          testId={testid.whatifSupposed}
        />
        <Figure
          label={t.whatif.change}
          money={net(answer.change.total)}
          signed
          testId={testid.whatifChange}
        />
      </div>
      <Verdict answer={answer} currency={currency} payable={payable} />
      <WhatIfLines lines={answer.lines} currency={currency} />
      {answer.findings.length > 0 && <FindingList findings={answer.findings} />}
    </div>
  );
}

const TONES = { matches: 'good', differs: 'warn' } as const;

function Verdict({ answer, currency, payable }: Omit<AnsweredProps, 'stale'>) {
  const difference = moneyOf(answer.difference.total?.excl_vat, currency);
  const tone = TONES[answer.verdict as keyof typeof TONES] ?? 'info';
  return (
    <p className="row row-wrap" role="status" data-testid={testid.whatifVerdict}>
      <Badge tone={tone}>{t.whatif.verdict(answer.verdict)}</Badge>
      {difference && <span className="small muted">{t.differenceWords(difference, payable)}</span>}
    </p>
  );
}

interface ActsProps {
  detail: CdrDetail;
  question: WireWhatIf;
  /** Whether the answer to this very question is seen. */
  ready: boolean;
  onReset: () => void;
}

function Acts({ detail, question, ready, onReset }: ActsProps) {
  const { partnerName } = useBook();
  const [keeping, setKeeping] = useState<WireWhatIf | null>(null);
  const [busy, setBusy] = useState(false);
  const name = partnerName(detail.row.partner);
  const rule = async () => {
    setBusy(true);
    if (await makeRule(detail.row.partner, name, question.policy)) onReset();
    setBusy(false);
  };
  return (
    <div className="row row-wrap">
      <Button disabled={!ready} onClick={() => setKeeping(question)} testId={testid.whatifKeep}>
        {t.whatif.keep}
      </Button>
      <Button
        disabled={!ready || busy || !canBeRule(question)}
        title={t.whatif.ruleHint}
        onClick={() => void rule()}
        testId={testid.whatifRule}
      >
        {t.whatif.rule(name)}
      </Button>
      <Button variant="quiet" onClick={onReset} testId={testid.whatifReset}>
        {t.whatif.reset}
      </Button>
      {keeping && (
        <KeepDialog question={keeping} onClose={() => setKeeping(null)} onKept={onReset} />
      )}
    </div>
  );
}
