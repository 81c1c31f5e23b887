/** Sums per currency, and the differences among them in words of the month's direction. */

import type { Money } from '@/api/client';
import { Difference } from '@/components/Figure';
import { t } from '@/i18n';
import { formatMoney } from '@/lib/decimal';

export function Sums({ sums }: { sums: readonly Money[] }) {
  if (sums.length === 0) return <span className="faint">{t.none}</span>;
  return <span className="num">{sums.map((money) => formatMoney(money)).join(' · ')}</span>;
}

export function Differences({ sums, payable }: { sums: readonly Money[]; payable: boolean }) {
  if (sums.length === 0) return <span className="faint">{t.none}</span>;
  return (
    <span className="num">
      {sums.map((money) => (
        <Difference key={money.currency} money={money} payable={payable} />
      ))}
    </span>
  );
}
