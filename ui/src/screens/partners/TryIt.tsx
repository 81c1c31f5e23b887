/** A made-up session under a version of a tariff: typed on top, its price below while typing. */

import { useId, useState } from 'react';
import { api, type TariffView as WireTariff } from '@/api/client';
import { ProblemPanel } from '@/components/ProblemPanel';
import { ZoneField } from '@/components/ZoneField';
import { t } from '@/i18n';
import { usePaused } from '@/lib/pause';
import { useQuery } from '@/lib/query';
import { testid } from '@/lib/testids';
import { requestOf, type Typed, thisEvening } from './session';
import { TryPrice } from './TryPrice';

/** Between the last letter and the question. */
const PAUSE_MS = 200;

export interface TryItProps {
  view: WireTariff;
  version: string;
  language: string;
}

export function TryIt({ view, version, language }: TryItProps) {
  const [typed, setTyped] = useState<Typed>(() => thisEvening());
  const settled = usePaused(typed, PAUSE_MS);
  const { partner, time_zone } = view;
  const request = requestOf(settled, { partner, version, language, time_zone });
  const answer = useQuery('cdr', request && JSON.stringify(request), () => {
    if (request === null) throw new Error('nothing to ask');
    return api.tryTariff(request);
  });
  const unclear = request === null || answer.problem?.code === 'bad_request';
  return (
    <section className="stack card try" aria-label={t.tryIt.title}>
      <h3>{t.tryIt.title}</h3>
      <Fields typed={typed} zone={time_zone} onTyped={setTyped} />
      {unclear ? (
        <p className="callout tone-warn" role="status" data-testid={testid.tryHint}>
          {t.tryIt.unclear}
        </p>
      ) : (
        <p className="small muted">{t.tryIt.hint}</p>
      )}
      {answer.problem && !unclear && (
        <ProblemPanel problem={answer.problem} onRetry={answer.reload} />
      )}
      {!unclear && answer.data && <TryPrice answer={answer.data} stale={answer.loading} />}
    </section>
  );
}

interface FieldsProps {
  typed: Typed;
  zone: string;
  onTyped: (typed: Typed) => void;
}

function Fields({ typed, zone, onTyped }: FieldsProps) {
  const field = (name: Exclude<keyof Typed, 'zone' | 'start'>, testId: string) => (
    <Field
      label={t.tryIt.fields[name]}
      value={typed[name]}
      onValue={(value) => onTyped({ ...typed, [name]: value })}
      testId={testId}
    />
  );
  return (
    <div className="try-fields">
      <Field
        label={t.tryIt.fields.start}
        type="datetime-local"
        value={typed.start}
        onValue={(start) => onTyped({ ...typed, start })}
        testId={testid.tryStart}
      />
      {field('minutes', testid.tryMinutes)}
      {field('kwh', testid.tryKwh)}
      {field('power', testid.tryPower)}
      {field('parking', testid.tryParking)}
      <ZoneField
        typed={typed.zone}
        now={zone}
        onTyped={(next) => onTyped({ ...typed, zone: next })}
        testId={testid.tryZone}
      />
    </div>
  );
}

interface FieldProps {
  label: string;
  value: string;
  onValue: (value: string) => void;
  testId: string;
  type?: 'text' | 'datetime-local';
}

function Field({ label, value, onValue, testId, type = 'text' }: FieldProps) {
  const id = useId();
  return (
    <label className="field" htmlFor={id}>
      <span>{label}</span>
      <input
        id={id}
        className="input"
        type={type}
        inputMode={type === 'text' ? 'decimal' : undefined}
        autoComplete="off"
        value={value}
        onChange={(event) => onValue(event.target.value)}
        data-testid={testId}
      />
    </label>
  );
}
