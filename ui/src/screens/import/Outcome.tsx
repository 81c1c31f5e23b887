/** What an import came to: counts, what was odd by kind, and the way to its CDRs. */

import { ArrowRight, CircleCheck, CircleX } from 'lucide-react';
import {
  api,
  type ImportResult,
  isSeverity,
  type ProblemKind,
  type RejectGroup,
} from '@/api/client';
import { Button } from '@/components/Button';
import { ProblemPanel } from '@/components/ProblemPanel';
import { SeverityIcon } from '@/components/Status';
import { findingText, t } from '@/i18n';
import { formatCount, formatKwh, formatMoney } from '@/lib/decimal';
import { useQuery } from '@/lib/query';
import { navigate } from '@/lib/router';
import { testid } from '@/lib/testids';
import { Rejected } from './mapping/Rejected';
import { keepName } from './mapping/reading';
import { consequenceOf, type Entry, leave } from './queue';

export function Outcome({ entry }: { entry: Entry }) {
  const { result } = entry;
  return (
    <>
      {entry.problem && <ProblemPanel problem={entry.problem} />}
      {result && (
        <section className="card import-card" data-testid={testid.importDone}>
          <header className="row import-head">
            <span
              className={`empty-icon import-icon tone-text-${result.state === 'finished' ? 'good' : 'warn'}`}
            >
              {result.state === 'finished' ? <CircleCheck size={20} /> : <CircleX size={20} />}
            </span>
            <div className="grow">
              <h2>{result.state === 'finished' ? t.import.done : t.import.cancelled}</h2>
              <p className="muted truncate">
                {result.state === 'finished'
                  ? t.import.doneText(result.file)
                  : t.import.cancelledText(consequenceOf(result))}
              </p>
            </div>
            <Button onClick={() => leave(entry.file.token)}>{t.close}</Button>
            {result.id !== null && <SeeCdrs id={result.id} />}
          </header>
          <Notes result={result} kept={keepName(entry) !== null} />
          <Counts result={result} />
        </section>
      )}
      {result?.id != null && <Rejected id={result.id} result={result} />}
      {result?.id != null && <Odd id={result.id} apart={result.groups} />}
    </>
  );
}

/** What the import continues, and the template that its next files are read by. */
function Notes({ result, kept }: { result: ImportResult; kept: boolean }) {
  const { continues, template } = result;
  const told = kept ? t.mapping.kept : t.mapping.byTemplate;
  if (continues == null && !template) return null;
  return (
    <p className="import-notes muted">
      {continues != null && (
        <span data-testid={testid.continues}>{t.mapping.continued(continues)}</span>
      )}
      {template && <span>{told(template.name, template.version)}</span>}
    </p>
  );
}

function SeeCdrs({ id }: { id: number }) {
  return (
    <Button
      variant="primary"
      onClick={() =>
        navigate({ screen: 'cdrs', partner: null, month: null, params: { q: `import:${id}` } })
      }
    >
      {t.import.see}
    </Button>
  );
}

function Counts({ result }: { result: ImportResult }) {
  const names = t.import.historyColumns;
  const counts: [string, string][] = [
    [names.fresh, formatCount(result.new)],
    [names.known, formatCount(result.known)],
    [names.corrections, formatCount(result.corrections)],
    [names.rejected, formatCount(result.rejected)],
    [t.detail.energy, formatKwh(result.energy_kwh)],
    ...result.totals.map<[string, string]>((sum) => [
      `${t.detail.stated} ${t.excl}`,
      formatMoney({ amount: sum.excl_vat, currency: sum.currency }),
    ]),
  ];
  return (
    <dl className="counts">
      {counts.map(([name, value]) => (
        <div key={name + value}>
          <dt className="eyebrow">{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

interface OddProps {
  id: number;
  /** Errors that are listed apart already. */
  apart?: readonly RejectGroup[] | undefined;
}

/** Errors grouped by kind with a count: data problems are rows, never dialogs. */
export function Odd({ id, apart = [] }: OddProps) {
  const kinds = useQuery('imports', `problems-${id}`, () => api.importProblems(id));
  if (kinds.problem) return <ProblemPanel problem={kinds.problem} onRetry={kinds.reload} />;
  if (!kinds.data) return null;
  const isApart = (kind: ProblemKind) =>
    kind.severity === 'fatal' && apart.some((group) => group.code === kind.code);
  const shown = kinds.data.filter((kind) => !isApart(kind));
  if (shown.length === 0 && apart.length > 0) return null;
  return (
    <section className="card">
      <h3 className="card-title">{t.import.problems}</h3>
      {shown.length === 0 && <p className="card-text muted">{t.import.noProblems}</p>}
      <ul className="odd">
        {shown.map((kind) => (
          <OddKind key={kind.code} id={id} kind={kind} />
        ))}
      </ul>
    </section>
  );
}

function OddKind({ id, kind }: { id: number; kind: ProblemKind }) {
  const text = findingText(kind.code);
  return (
    <li className="odd-kind" data-testid={testid.importErrorGroup} data-code={kind.code}>
      {isSeverity(kind.severity) && <SeverityIcon severity={kind.severity} />}
      <div className="grow">
        <div className="row">
          <strong className="grow">{text.name}</strong>
          <span className="num muted">{t.import.records(kind.count)}</span>
          {kind.samples.some((sample) => sample.cdr !== null) && (
            <button
              type="button"
              className="btn-link"
              onClick={() =>
                navigate({
                  screen: 'cdrs',
                  partner: null,
                  month: null,
                  params: { q: `import:${id} finding:${kind.code}` },
                })
              }
            >
              {t.import.see}
              <ArrowRight size={13} aria-hidden />
            </button>
          )}
        </div>
        <p className="muted small">{text.sentence}</p>
        <ul className="odd-samples small">
          {kind.samples.slice(0, 3).map((sample) => (
            <li key={`${sample.number}-${sample.finding.at}`}>
              <span className="faint">{t.import.record(sample.number)}</span> {sample.id}{' '}
              <code className="faint">{sample.finding.at}</code>
            </li>
          ))}
        </ul>
      </div>
    </li>
  );
}
