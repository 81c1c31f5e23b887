/** Whose energy, start and end count: sources in the order in which they are asked. */

import type { TruthRuleDto } from '@/api/client';
import { Select } from '@/components/Select';
import { t } from '@/i18n';
import { testid } from '@/lib/testids';

const SOURCES = ['signed', 'meter', 'session', 'cdr'] as const;
const FIGURES = ['energy', 'start', 'end'] as const;

interface TruthFieldsProps {
  rule: TruthRuleDto;
  onRule: (rule: TruthRuleDto) => void;
}

export function TruthFields({ rule, onRule }: TruthFieldsProps) {
  return (
    <fieldset className="field form-wide plain-fieldset">
      <span>{t.truth.fieldset}</span>
      <div className="truth-fields">
        {FIGURES.map((figure) => (
          <OrderField
            key={figure}
            figure={figure}
            order={rule[figure].split(',')}
            onOrder={(order) => onRule({ ...rule, [figure]: order.join(',') })}
          />
        ))}
      </div>
    </fieldset>
  );
}

interface OrderFieldProps {
  figure: (typeof FIGURES)[number];
  order: readonly string[];
  onOrder: (order: readonly string[]) => void;
}

/** One choice after the other until the CDR, which always has a figure. */
function OrderField({ figure, order, onOrder }: OrderFieldProps) {
  const name = t.truth.figure[figure] ?? figure;
  const choose = (place: number, source: string) => {
    const before = order.slice(0, place);
    onOrder(source === 'cdr' ? [...before, 'cdr'] : [...before, source, 'cdr']);
  };
  return (
    <div className="truth-order">
      <span className="muted">{name}</span>
      {order.map((chosen, place) => {
        const taken = order.slice(0, place);
        const left = SOURCES.filter((source) => !taken.includes(source));
        const label = place === 0 ? t.truth.first(name) : t.truth.next(name);
        return (
          <span key={label + chosen} className="row">
            {place > 0 && <span className="muted">{t.truth.orElse}</span>}
            {left.length === 1 ? (
              <span>{t.truth.name[chosen]}</span>
            ) : (
              <Select
                label={label}
                value={chosen}
                names={left.map((source) => [source, t.truth.name[source] ?? source] as const)}
                onValue={(source) => choose(place, source)}
                testId={testid.partnerTruth(figure, place)}
              />
            )}
          </span>
        );
      })}
    </div>
  );
}
