/** Three figures in a row: what there is, what there would be, and what lies between. */

import type { CdrDetail, Money } from '@/api/client';
import { t } from '@/i18n';
import { formatMoney, isNegative, isZero } from '@/lib/decimal';
import { testid } from '@/lib/testids';

/** An amount with its currency; nothing where there is none. */
export function moneyOf(amount: string | null | undefined, currency: string): Money | null {
  return amount === null || amount === undefined ? null : { amount, currency };
}

export function Figures({ detail, payable }: { detail: CdrDetail; payable: boolean }) {
  const { currency } = detail.row;
  const stated = moneyOf(detail.stated.total?.excl_vat, currency);
  const replayed = moneyOf(detail.replayed.total?.excl_vat, currency);
  const difference = moneyOf(detail.difference.total?.excl_vat, currency);
  const quiet = !difference || isZero(difference.amount);
  const costs = difference && !quiet && isNegative(difference.amount) !== payable;
  return (
    <div className="figures">
      <Figure label={t.detail.stated} money={stated} testId={testid.detailStated} />
      <Figure
        label={t.detail.replayed}
        money={replayed}
        missing={t.detail.notPriced}
        testId={testid.detailReplayed}
      />
      <div className={`figure${costs ? ' figure-costs' : ''}`}>
        <span className="eyebrow">{t.detail.difference}</span>
        <strong data-testid={testid.detailDifference}>
          {difference ? formatMoney(difference, { signed: true }) : t.none}
        </strong>
        <span className="small muted">
          {difference ? t.differenceWords(difference, payable) : t.excl}
        </span>
      </div>
    </div>
  );
}

export interface FigureProps {
  label: string;
  money: Money | null;
  missing?: string;
  signed?: boolean;
  testId: string;
}

export function Figure({ label, money, missing, signed = false, testId }: FigureProps) {
  return (
    <div className="figure">
      <span className="eyebrow">{label}</span>
      <strong data-testid={testId}>
        {money ? formatMoney(money, { signed }) : (missing ?? t.none)}
      </strong>
      <span className="small muted">{t.excl}</span>
    </div>
  );
}
