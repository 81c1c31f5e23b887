/** Which month of a partner is shown: the one of the rail, until another is chosen here. */

import { useState } from 'react';
import { Select } from '@/components/Select';
import { t } from '@/i18n';
import { useBook } from '@/lib/book';
import { useAddress } from '@/lib/router';
import { formatMonth } from '@/lib/time';

/** The month, `null` while the book holds none, and how another is chosen. */
export function useMonthChoice(): [string | null, (month: string) => void] {
  const { info } = useBook();
  const here = useAddress();
  const [chosen, setChosen] = useState<string | null>(null);
  return [chosen ?? here.month ?? info.months[0] ?? null, setChosen];
}

interface MonthChoiceProps {
  month: string;
  onMonth: (month: string) => void;
  testId: string;
}

export function MonthChoice({ month, onMonth, testId }: MonthChoiceProps) {
  const { info } = useBook();
  const months = info.months.includes(month) ? info.months : [month, ...info.months];
  return (
    <div className="month-choice">
      <Select
        label={t.shell.month}
        value={month}
        names={months.map((one) => [one, formatMonth(one)])}
        onValue={onMonth}
        testId={testId}
      />
    </div>
  );
}
