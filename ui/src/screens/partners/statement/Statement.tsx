/** What the partner says it billed in a month: how many lines agree, and which do not. */

import { FileSpreadsheet } from 'lucide-react';
import { useState } from 'react';
import { api, type PartnerDto, type StatementMonth } from '@/api/client';
import { ChooseFiles } from '@/components/ChooseFiles';
import { EmptyState } from '@/components/EmptyState';
import { ProblemPanel } from '@/components/ProblemPanel';
import { t } from '@/i18n';
import { useQuery } from '@/lib/query';
import { testid } from '@/lib/testids';
import { MonthChoice, useMonthChoice } from '../MonthChoice';
import { StatementRows } from './StatementRows';
import { Verdicts } from './Verdicts';

/** So many rows at once: more are slow to draw and slower to read. */
const PAGE = 200;

export function Statement({ partner }: { partner: PartnerDto }) {
  const [month, setMonth] = useMonthChoice();
  if (month === null) return <None />;
  return (
    <section className="stack statement" data-testid={testid.statement}>
      <div>
        <h3>{t.statement.title}</h3>
        <p className="muted">{t.statement.text}</p>
      </div>
      <MonthChoice month={month} onMonth={setMonth} testId={testid.statementMonth} />
      <Month key={month} partner={partner} month={month} />
    </section>
  );
}

/** A month's statement; the rows of one result, or of all. */
function Month({ partner, month }: { partner: PartnerDto; month: string }) {
  const [verdict, setVerdict] = useState<string | null>(null);
  const [limit, setLimit] = useState(PAGE);
  const request = { partner: partner.key, month, verdict, limit };
  const found = useQuery('cdrs', `statement ${JSON.stringify(request)}`, () =>
    api.statement(request),
  );
  const compared = found.data;
  if (found.problem) return <ProblemPanel problem={found.problem} onRetry={found.reload} />;
  if (!compared) return <p className="muted">{t.loading}</p>;
  if (compared.lines === 0 && compared.buckets.every((one) => one.count === 0)) {
    return <None month={month} />;
  }
  const choose = (one: string | null) => {
    setVerdict(one);
    setLimit(PAGE);
  };
  return (
    <>
      <Files compared={compared} />
      <Verdicts
        compared={compared}
        chosen={verdict}
        onChoose={choose}
        payable={isPayable(partner)}
      />
      <StatementRows
        compared={compared}
        payable={isPayable(partner)}
        onMore={() => setLimit(limit + PAGE)}
      />
    </>
  );
}

function isPayable(partner: PartnerDto): boolean {
  return partner.direction === 'payable';
}

function Files({ compared }: { compared: StatementMonth }) {
  if (compared.files.length === 0) return null;
  const names = compared.files.map((one) => one.file).join(', ');
  return (
    <p className="muted small">
      {t.statement.lines(compared.lines, compared.files.length)}: {names}
    </p>
  );
}

function None({ month }: { month?: string }) {
  return (
    <EmptyState
      icon={FileSpreadsheet}
      title={month ? t.statement.emptyTitle(month) : t.statement.title}
      text={t.statement.emptyText}
      action={<ChooseFiles />}
    />
  );
}
