/** Late CDRs of closed months that a draft takes along: how many, of which month, how much. */

import type { LateDto } from '@/api/client';
import { t } from '@/i18n';
import { formatMoney } from '@/lib/decimal';
import { testid } from '@/lib/testids';
import { formatMonth } from '@/lib/time';

export function Late({ late }: { late: readonly LateDto[] }) {
  return late.map((one) => (
    <p key={one.month} className="small muted" title={t.settle.lateWhy} data-testid={testid.late}>
      {t.settle.late(
        one.cdrs,
        formatMonth(one.month),
        one.net.map((money) => formatMoney(money)).join(' · '),
      )}
    </p>
  ));
}
