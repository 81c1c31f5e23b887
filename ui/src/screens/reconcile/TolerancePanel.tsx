/** What counts as equal, with what it would accept while it is changed. */

import { CheckCheck } from 'lucide-react';
import { useEffect, useState } from 'react';
import { api, type ReconcileMonth, type ToleranceDto, type ToleranceEffect } from '@/api/client';
import { Button } from '@/components/Button';
import { ProblemPanel } from '@/components/ProblemPanel';
import { t } from '@/i18n';
import { formatMoney } from '@/lib/decimal';
import { changedTopics, decisionsChanged, useQuery } from '@/lib/query';
import { reportProblem } from '@/lib/report';
import { testid } from '@/lib/testids';
import { toast } from '@/lib/toasts';
import { announce } from './decide';

const LIMITS = ['per_cdr', 'per_kwh', 'per_month', 'percent'] as const;
type Limit = (typeof LIMITS)[number];

/** Where the slider can stand. */
const STEPS = ['0', '0.01', '0.02', '0.05', '0.10', '0.20', '0.50', '1', '2', '5', '10'];

/** Rest after a keystroke before the effect is asked for, in milliseconds. */
const REST_MS = 120;

const isLimit = (text: string) => text === '' || /^\d+([.,]\d+)?$/.test(text);

function useRested<T>(value: T): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), REST_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}

export function TolerancePanel({ month }: { month: ReconcileMonth }) {
  const { partner } = month;
  const [typed, setTyped] = useState<Record<Limit, string>>(() => asTyped(month.tolerance));
  const good = LIMITS.every((name) => isLimit(typed[name]));
  const tolerance = toTolerance(typed);
  const key = useRested(good ? JSON.stringify(tolerance) : null);
  const request = { partner, month: month.month, tolerance };
  const effect = useQuery('reconcile', key, () => api.toleranceEffect(request));
  const change = (name: Limit) => (text: string) => setTyped({ ...typed, [name]: text });
  const accept = async () => {
    try {
      const done = await api.acceptWithin({ of: request, reason: t.reconcile.withinReason });
      announce(done, t.reconcile.within(done.count));
    } catch (thrown) {
      reportProblem(thrown);
    }
  };
  return (
    <aside
      className="detail"
      aria-label={t.reconcile.tolerance.title}
      data-testid={testid.tolerance}
    >
      <header className="detail-head">
        <h2>{t.reconcile.tolerance.title}</h2>
        <p className="muted">{t.reconcile.tolerance.text}</p>
      </header>
      <div className="detail-body">
        <label className="field">
          <span>{t.reconcile.tolerance.slider}</span>
          <input
            type="range"
            min={0}
            max={STEPS.length - 1}
            value={stepOf(typed.per_cdr)}
            aria-valuetext={typed.per_cdr || t.reconcile.tolerance.none}
            data-testid={testid.toleranceSlider}
            onChange={(event) => change('per_cdr')(STEPS[Number(event.target.value)] ?? '0')}
          />
        </label>
        <div className="form-grid">
          {LIMITS.map((name) => (
            <label className="field" key={name}>
              <span>{t.reconcile.tolerance[name]}</span>
              <input
                className="input num"
                inputMode="decimal"
                value={typed[name]}
                placeholder={t.reconcile.tolerance.none}
                aria-invalid={!isLimit(typed[name])}
                data-testid={testid.toleranceField(name)}
                onChange={(event) => change(name)(event.target.value.trim())}
              />
            </label>
          ))}
        </div>
        {!good && <p className="costs">{t.reconcile.tolerance.bad}</p>}
        {effect.problem && <ProblemPanel problem={effect.problem} onRetry={effect.reload} />}
        <div className="callout tone-info" role="status" data-testid={testid.toleranceEffect}>
          {effect.data ? <Effect effect={effect.data} /> : t.counting}
        </div>
        <div className="row row-wrap">
          <Button
            variant="primary"
            icon={<CheckCheck size={15} aria-hidden />}
            disabled={!good || !effect.data?.passing}
            onClick={() => void accept()}
            testId={testid.toleranceAccept}
          >
            {t.reconcile.tolerance.accept}
          </Button>
          <Button
            disabled={!good}
            onClick={() => void keep(partner, tolerance)}
            testId={testid.toleranceKeep}
          >
            {t.reconcile.tolerance.keep}
          </Button>
        </div>
      </div>
    </aside>
  );
}

function Effect({ effect }: { effect: ToleranceEffect }) {
  const passing = effect.within.filter((one) => one.month_holds && one.count > 0);
  const broken = effect.within.filter((one) => !one.month_holds && one.count > 0);
  const sums = passing.map(({ difference, currency }) => ({ amount: difference, currency }));
  return (
    <>
      <p>
        <strong>{t.reconcile.tolerance.would(effect.passing, t.reconcile.sumsOf(sums))}</strong>
      </p>
      {broken.map(({ currency, count, difference }) => (
        <p key={currency} className="small">
          {t.reconcile.tolerance.monthBroken(
            currency,
            count,
            formatMoney({ amount: difference, currency }),
          )}
        </p>
      ))}
      {Object.entries(effect.beyond).map(([name, count]) => (
        <p key={name} className="small">
          {t.reconcile.tolerance.beyond(name, count)}
        </p>
      ))}
    </>
  );
}

async function keep(key: string, limits: ToleranceDto, note = true): Promise<void> {
  try {
    const partner = (await api.partners()).find((one) => one.key === key);
    if (!partner) throw new Error(`no partner ${key}`);
    const { per_cdr, ...tolerances } = limits;
    const tolerance = per_cdr ?? partner.tolerance;
    await api.setPartner({ ...partner, tolerance, tolerances });
    changedTopics('book');
    decisionsChanged();
    const before = { ...partner.tolerances, per_cdr: partner.tolerance };
    if (note) {
      toast(t.reconcile.tolerance.kept(partner.company.name || key), {
        undo: () => void keep(key, before, false),
      });
    } else toast(t.undone);
  } catch (thrown) {
    reportProblem(thrown);
  }
}

function asTyped(from: ToleranceDto): Record<Limit, string> {
  const { per_cdr, per_kwh, per_month, percent } = from;
  return {
    per_cdr: per_cdr ?? '',
    per_kwh: per_kwh ?? '',
    per_month: per_month ?? '',
    percent: percent ?? '',
  };
}

function toTolerance(typed: Record<Limit, string>): ToleranceDto {
  const limit = (name: Limit) => (typed[name] === '' ? null : typed[name].replace(',', '.'));
  return {
    per_cdr: limit('per_cdr'),
    per_kwh: limit('per_kwh'),
    per_month: limit('per_month'),
    percent: limit('percent'),
  };
}

/** The last step that is not above the limit: only for where the slider is drawn. */
function stepOf(limit: string): number {
  const size = Number(limit.replace(',', '.')) || 0;
  return Math.max(
    0,
    STEPS.findLastIndex((step) => Number(step) <= size),
  );
}
