/** Amounts of a check: net, or gross and called so where only that is known. */

import type { AmountDto, Money } from '@/api/client';
import { Amount, Difference } from '@/components/Figure';
import { t } from '@/i18n';

interface NetProps {
  of: AmountDto | null;
  currency: string;
}

export function Net({ of, currency }: NetProps) {
  const [money, isGross] = known(of, currency);
  return (
    <>
      <Amount money={money} exact />
      {isGross && <Gross />}
    </>
  );
}

/** Theirs − ours. */
export function Apart({ of, currency, payable }: NetProps & { payable: boolean }) {
  const [money, isGross] = known(of, currency);
  return (
    <>
      <Difference money={money} payable={payable} words={t.partnerCheck.differenceWords} />
      {isGross && <Gross />}
    </>
  );
}

function Gross() {
  return <div className="small muted">{t.partnerCheck.gross}</div>;
}

function known(of: AmountDto | null, currency: string): [Money | null, boolean] {
  const amount = of?.excl_vat ?? of?.incl_vat;
  if (!amount) return [null, false];
  return [{ amount, currency }, of?.excl_vat === null];
}
