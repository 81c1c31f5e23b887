/** Everything about one row: the sides beside each other, why, what could belong to it. */

import { Calculator, Link2, Unlink } from 'lucide-react';
import type { Ref } from 'react';
import {
  api,
  isBucket,
  type LinkSuggestion,
  type ReconcileRow,
  type SideBySide,
  type SideField,
} from '@/api/client';
import { Button } from '@/components/Button';
import { FindingList } from '@/components/FindingList';
import { ProblemPanel } from '@/components/ProblemPanel';
import { BucketBadge } from '@/components/Status';
import { t } from '@/i18n';
import { formatKwh, formatMoney } from '@/lib/decimal';
import { useQuery } from '@/lib/query';
import { testid } from '@/lib/testids';
import { formatInstant, formatShortInstant } from '@/lib/time';
import { History } from '@/screens/cdrs/History';
import { Verbs } from './CausePanel';
import type { Verb } from './decide';
import { isLinked, link, unlink } from './links';

export interface EvidencePanelProps {
  row: ReconcileRow;
  payable: boolean;
  onVerb: (verb: Verb) => void;
  onHoldUntil: () => void;
  onExplain: () => void;
  ref?: Ref<HTMLElement>;
}

export function EvidencePanel(props: EvidencePanelProps) {
  const { row, ref } = props;
  const { cdr, session } = row;
  const request = { cdr, session: cdr === null ? session : null };
  const side = useQuery('reconcile', JSON.stringify(request), () => api.reconcileSide(request));
  return (
    <aside
      ref={ref}
      className="detail"
      tabIndex={-1}
      aria-label={t.reconcile.evidence}
      aria-busy={side.loading}
      data-testid={testid.evidence}
    >
      <header className="detail-head">
        <div className="row">
          <h2 className="grow truncate mono-id" title={row.id}>
            {row.id}
          </h2>
          {isBucket(row.bucket) && <BucketBadge bucket={row.bucket} />}
        </div>
        <p className="muted truncate">
          {row.location} · {row.evse}
        </p>
      </header>
      <div className="detail-body">
        <Actions {...props} />
        {side.problem && <ProblemPanel problem={side.problem} onRetry={side.reload} />}
        {side.data && <Side side={side.data} row={row} />}
      </div>
    </aside>
  );
}

function Actions({ row, onVerb, onHoldUntil, onExplain }: EvidencePanelProps) {
  const { cdr } = row;
  return (
    <>
      <Verbs onVerb={onVerb} onHoldUntil={onHoldUntil} />
      {cdr !== null && (
        <div className="row row-wrap">
          <Button
            icon={<Calculator size={15} aria-hidden />}
            keys="i"
            onClick={onExplain}
            testId={testid.reconcileVerb('explain')}
          >
            {t.reconcile.verbs.explain}
          </Button>
          {isLinked(row) && (
            <Button
              icon={<Unlink size={15} aria-hidden />}
              keys="4"
              onClick={() => void unlink(cdr)}
              testId={testid.reconcileVerb('unlink')}
            >
              {t.reconcile.verbs.unlink}
            </Button>
          )}
        </div>
      )}
    </>
  );
}

function Side({ side, row }: { side: SideBySide; row: ReconcileRow }) {
  const reason = t.reconcile.reason(row.reason);
  const lonely = row.bucket === 'missing_session' || row.bucket === 'missing_cdr';
  return (
    <>
      <section className="stack">
        <strong>{row.changed ? t.reconcile.changed : reason.name}</strong>
        <p className="muted">{reason.sentence}</p>
        {side.cause !== '' && <p>{t.reconcile.likelyText(side.cause)}</p>}
        {row.matched_by && <p className="small muted">{t.reconcile.matchedBy(row.matched_by)}</p>}
      </section>
      {side.station && (
        <p className="callout tone-info">
          <strong>{t.reconcile.stationWhole(side.station)}.</strong>{' '}
          {side.station_explains ? t.reconcile.stationExplains : t.reconcile.stationNot}
        </p>
      )}
      {(lonely || side.suggestions.length > 0) && <Suggestions side={side} row={row} />}
      <Fields fields={side.fields} currency={row.currency} />
      {side.findings.length > 0 && (
        <section className="detail-section">
          <h3>{t.reconcile.findings}</h3>
          <FindingList findings={side.findings} />
        </section>
      )}
      <section className="detail-section">
        <h3>{t.reconcile.history}</h3>
        <History entries={side.history} />
      </section>
    </>
  );
}

const SIDES = ['cdr', 'session', 'replay', 'statement'] as const;

function Fields({ fields, currency }: { fields: readonly SideField[]; currency: string }) {
  const sides = SIDES.filter((name) => fields.some((field) => field[name] !== null));
  return (
    <table className="plain-table side-table">
      <thead>
        <tr>
          <th scope="col">{t.reconcile.fieldHead}</th>
          {sides.map((name) => (
            <th scope="col" key={name}>
              {t.reconcile.sides[name]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {fields.map((field) => (
          <tr
            key={field.field}
            className={field.differs ? 'side-differs' : undefined}
            data-testid={testid.evidenceField(field.field)}
          >
            <th scope="row">
              {t.reconcile.field(field.field)}
              {field.differs && <span className="parts-tag">{t.reconcile.differs}</span>}
            </th>
            {sides.map((name) => (
              <td key={name} title={field[name] ?? undefined}>
                {sideText(field.field, field[name], currency)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function sideText(field: string, value: string | null, currency: string): string {
  if (value === null || value === '') return t.none;
  if (field === 'start' || field === 'end') return formatShortInstant(value, 'UTC');
  if (field === 'energy') return formatKwh(value);
  const isMoney = field.startsWith('total') || field.endsWith('_cost');
  return isMoney && currency ? formatMoney({ amount: value, currency }, { exact: true }) : value;
}

function Suggestions({ side, row }: { side: SideBySide; row: ReconcileRow }) {
  return (
    <section className="detail-section">
      <h3>{t.reconcile.suggestions(row.cdr !== null)}</h3>
      {side.suggestions.length === 0 && <p className="muted">{t.reconcile.suggestionsNone}</p>}
      <ul className="suggestions">
        {side.suggestions.map((one, i) => (
          <Suggestion key={`${one.cdr}-${one.session}`} one={one} best={i === 0} />
        ))}
      </ul>
    </section>
  );
}

function Suggestion({ one, best }: { one: LinkSuggestion; best: boolean }) {
  return (
    <li className="suggestion" data-testid={testid.suggestion}>
      <div className="stack grow">
        <span className="row">
          <strong className="truncate">{one.id}</strong>
          <span className="muted small">{t.reconcile.confidence(one.confidence)}</span>
        </span>
        <span className="small muted">
          {formatInstant(one.start_at)} · {formatKwh(one.energy_kwh)} · {one.evse}
        </span>
        <span className="row row-wrap small">
          {t.reconcile.linkReasonsOf(one).map(({ text, against }) => (
            <span key={text} className={against ? 'costs' : 'good'}>
              {against ? '−' : '+'} {text}
            </span>
          ))}
        </span>
      </div>
      <Button
        icon={<Link2 size={15} aria-hidden />}
        keys={best ? '4' : undefined}
        onClick={() => void link(one)}
        testId={testid.suggestionLink}
      >
        {t.reconcile.verbs.link}
      </Button>
    </li>
  );
}
