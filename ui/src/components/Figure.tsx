/** Amounts and quantities: right-aligned by their place, tabular, always with the currency. */

import type { Money } from '@/api/client';
import { t } from '@/i18n';
import { formatMoney, isNegative, isZero, type MoneyStyle } from '@/lib/decimal';

export interface AmountProps extends MoneyStyle {
  money: Money | null | undefined;
  testId?: string;
  className?: string;
}

export function Amount({ money, testId, className, ...style }: AmountProps) {
  return (
    <span className={`amount${className ? ` ${className}` : ''}`} data-testid={testId}>
      {money ? formatMoney(money, style) : <span className="faint">{t.none}</span>}
    </span>
  );
}

export interface DifferenceProps {
  money: Money | null | undefined;
  /** True where the partner bills us, so that a higher stated price costs us. */
  payable: boolean;
  /** What the difference says; of stated − replayed where nothing else is given. */
  words?: (money: Money, payable: boolean) => string;
  testId?: string;
}

/** Stated − replayed, or reported − stated. Red only when it costs us; zero is quiet. */
export function Difference({ money, payable, words, testId }: DifferenceProps) {
  if (!money) return <span className="faint">{t.none}</span>;
  if (isZero(money.amount)) {
    return (
      <span className="faint amount" data-testid={testId}>
        {formatMoney(money)}
      </span>
    );
  }
  const costs = isNegative(money.amount) !== payable;
  return (
    <span
      className={`amount${costs ? ' costs' : ''}`}
      title={(words ?? t.differenceWords)(money, payable)}
      data-testid={testId}
    >
      {formatMoney(money, { signed: true })}
    </span>
  );
}

export interface DifferencesProps extends Omit<DifferenceProps, 'money' | 'testId'> {
  /** One per currency. */
  list: readonly Money[];
}

/** Differences of several currencies, a line each. */
export function Differences({ list, ...rest }: DifferencesProps) {
  return list.map((money) => (
    <div key={money.currency}>
      <Difference money={money} {...rest} />
    </div>
  ));
}
