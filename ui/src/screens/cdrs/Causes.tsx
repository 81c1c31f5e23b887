/** Why a stated price may be what it is: the reading of the tariff that gives its figure. */

import { FlaskConical, Lightbulb } from 'lucide-react';
import { useState } from 'react';
import { api, type CauseDto, type CausesDto, type WhatIf } from '@/api/client';
import { Button } from '@/components/Button';
import { ProblemPanel } from '@/components/ProblemPanel';
import { t } from '@/i18n';
import { formatMoney } from '@/lib/decimal';
import { useQuery } from '@/lib/query';
import { testid } from '@/lib/testids';
import { Disclosure } from './Disclosure';
import { moneyOf } from './Figures';

/** Explanations that are shown at once; the rest opens. */
const SHOWN = 3;

export interface CausesProps {
  row: number;
  currency: string;
  onTry: (question: WhatIf) => void;
}

export function Causes({ row, currency, onTry }: CausesProps) {
  const causes = useQuery('cdr', String(row), () => api.causes(row));
  if (causes.problem) return <ProblemPanel problem={causes.problem} onRetry={causes.reload} />;
  return (
    <section
      className="causes"
      aria-label={t.causes.title}
      aria-busy={causes.loading}
      data-testid={testid.causes}
    >
      {causes.data ? (
        <Found found={causes.data} currency={currency} onTry={onTry} />
      ) : (
        <p className="muted">{t.causes.looking}</p>
      )}
    </section>
  );
}

interface FoundProps {
  found: CausesDto;
  currency: string;
  onTry: (question: WhatIf) => void;
}

function Found({ found, currency, onTry }: FoundProps) {
  const [open, setOpen] = useState(false);
  const { causes, equally_simple, tried } = found;
  if (causes.length === 0) {
    return (
      <>
        <p>{t.causes.none}</p>
        <p className="small muted">{t.causes.tried(tried)}</p>
      </>
    );
  }
  const equal = Math.max(1, equally_simple);
  const shown = Math.min(equal, SHOWN);
  const others = causes.slice(shown);
  return (
    <>
      <h3 className="causes-title">
        <Lightbulb size={15} aria-hidden />
        {t.causes.title}
      </h3>
      {equal > 1 && <p data-testid={testid.causesEqual}>{t.causes.equal(equal)}</p>}
      <CauseList causes={causes.slice(0, shown)} currency={currency} onTry={onTry} />
      {others.length > 0 && (
        <Disclosure
          title={t.causes.others(others.length)}
          open={open}
          onOpen={setOpen}
          testId={testid.causesOthers}
        >
          <CauseList causes={others} currency={currency} onTry={onTry} />
        </Disclosure>
      )}
    </>
  );
}

interface CauseListProps {
  causes: readonly CauseDto[];
  currency: string;
  onTry: (question: WhatIf) => void;
}

function CauseList({ causes, currency, onTry }: CauseListProps) {
  return (
    <ul className="cause-list">
      {causes.map((cause) => (
        <Cause key={cause.text} cause={cause} currency={currency} onTry={onTry} />
      ))}
    </ul>
  );
}

interface CauseProps {
  cause: CauseDto;
  currency: string;
  onTry: (question: WhatIf) => void;
}

function Cause({ cause, currency, onTry }: CauseProps) {
  const net = moneyOf(cause.reproduced.total?.excl_vat, currency);
  const { whatif } = cause;
  return (
    <li className="cause" data-testid={testid.cause} data-fit={cause.fit}>
      <div className="grow">
        <p className="cause-text">{cause.text}</p>
        <p className="small muted">
          {t.causes.fit(cause.fit)}
          {net && ` · ${t.causes.gives(formatMoney(net, { exact: true }))}`}
        </p>
      </div>
      {whatif && (
        <Button
          icon={<FlaskConical size={14} aria-hidden />}
          onClick={() => onTry(whatif)}
          testId={testid.causeTry}
        >
          {t.causes.try}
        </Button>
      )}
    </li>
  );
}
