/** A tariff's elements in order: what each prices, in which steps, and when it applies. */

import type { ComponentDto, TariffDto } from '@/api/client';
import { t } from '@/i18n';
import { formatMoney, formatRate } from '@/lib/decimal';
import { dimensionName, formatPrice, laneOf, restrictionsText } from '@/lib/units';

function stepText(component: ComponentDto): string {
  if (component.dimension === 'FLAT' || component.step <= 1) return '';
  const step =
    component.dimension === 'ENERGY'
      ? t.detail.stepWh(component.step)
      : t.detail.stepSeconds(component.step);
  return t.detail.inSteps(step);
}

export function TariffElements({ tariff }: { tariff: TariffDto }) {
  const limits = [
    tariff.min_price && `${t.detail.min} ${money(tariff.min_price)}`,
    tariff.max_price && `${t.detail.max} ${money(tariff.max_price)}`,
  ].filter(Boolean);
  function money(amount: string): string {
    return formatMoney({ amount, currency: tariff.currency }, { exact: true });
  }
  return (
    <>
      <ol className="elements">
        {tariff.elements.map((element, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an element is its place in the tariff
          <li key={i}>
            <span className="muted element-name">{t.detail.element(i)}</span>
            <div className="grow">
              {element.components.map((component) => (
                <div key={component.dimension} className="row">
                  <span
                    className={`lane-dot lane-${laneOf(component.dimension, 'use')}`}
                    aria-hidden
                  />
                  <span className="grow truncate">
                    {dimensionName(component.dimension)}{' '}
                    <strong>
                      {formatPrice(component.dimension, component.price, tariff.currency)}
                    </strong>
                    <span className="faint">
                      {' '}
                      {t.detail.rate(component.vat === null ? null : formatRate(component.vat))}
                      {stepText(component)}
                    </span>
                  </span>
                </div>
              ))}
              <p className="small faint">{restrictionsText(element) || t.detail.always}</p>
            </div>
          </li>
        ))}
      </ol>
      {limits.length > 0 && <p className="small muted">{limits.join(', ')}</p>}
    </>
  );
}
