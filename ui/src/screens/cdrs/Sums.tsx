/** Count and sums of everything the filter lets through, per currency. */

import type { CdrView } from '@/api/client';
import { t } from '@/i18n';
import { formatCount, formatKwh, formatMoney } from '@/lib/decimal';

export function Sums({ view }: { view: CdrView }) {
  return (
    <>
      <span>
        <strong>{formatCount(view.count)}</strong> {t.explorer.title}
      </span>
      <span>
        <strong>{formatKwh(view.energy_kwh)}</strong>
      </span>
      {view.sums.map((sum) => {
        const money = (amount: string) => ({ amount, currency: sum.currency });
        return (
          <span className="sums" key={sum.currency}>
            <span>
              {t.explorer.sums.stated} <strong>{formatMoney(money(sum.stated))}</strong>
            </span>
            <span>
              {t.explorer.sums.replayed} <strong>{formatMoney(money(sum.replayed))}</strong>
            </span>
            <span>
              {t.explorer.sums.difference}{' '}
              <strong>{formatMoney(money(sum.difference), { signed: true })}</strong>
            </span>
          </span>
        );
      })}
    </>
  );
}
