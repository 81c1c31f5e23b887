/** What was written, what was left out, and what could not be said in the version. */

import { CircleCheck, CircleX } from 'lucide-react';
import type { ExportDone, ExportLack, JobState } from '@/api/client';
import { Button } from '@/components/Button';
import { ProblemPanel } from '@/components/ProblemPanel';
import { t } from '@/i18n';
import { formatCount, formatKwh, formatMoney } from '@/lib/decimal';
import { testid } from '@/lib/testids';
import { forgetExport } from './exportRun';

interface ExportOutcomeProps {
  over: JobState;
  onClose: () => void;
}

export function ExportOutcome({ over, onClose }: ExportOutcomeProps) {
  const { export: done } = over;
  return (
    <div className="stack dialog-body">
      {done ? (
        <Written done={done} file={over.label} />
      ) : over.problem ? (
        <ProblemPanel problem={over.problem} />
      ) : (
        <p className="row" data-testid={testid.exportStopped}>
          <CircleX size={18} className="tone-text-warn" aria-hidden />
          <span>{t.exporting.stopped}</span>
        </p>
      )}
      {done && <Fallen done={done} />}
      <div className="dialog-actions">
        <Button onClick={forgetExport} testId={testid.exportAgain}>
          {t.exporting.again}
        </Button>
        <Button variant="primary" onClick={onClose} testId={testid.exportClose}>
          {t.close}
        </Button>
      </div>
    </div>
  );
}

function Written({ done, file }: { done: ExportDone; file: string }) {
  const figures: [string, string][] = done.totals.map((sum) => [
    `${t.detail.stated} ${t.excl}`,
    formatMoney({ amount: sum.excl_vat, currency: sum.currency }),
  ]);
  if (done.energy_kwh) figures.unshift([t.detail.energy, formatKwh(done.energy_kwh)]);
  figures.push([t.exporting.size, t.exporting.bytes(done.bytes)]);
  return (
    <>
      <p className="row" data-testid={testid.exportDone} data-written={done.written}>
        <CircleCheck size={18} className="tone-text-good" aria-hidden />
        <strong>{t.exporting.written(done.what, done.written, file)}</strong>
      </p>
      <dl className="counts">
        {figures.map(([name, value]) => (
          <div key={name + value}>
            <dt className="eyebrow">{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {done.superseded > 0 && <p className="muted">{t.exporting.superseded(done.superseded)}</p>}
    </>
  );
}

/** What the file falls short of, by kind. */
function Fallen({ done }: { done: ExportDone }) {
  const version = done.ocpi;
  if (version === null) return null;
  const lost = done.losses.filter((lack) => lack.severity === 'lost');
  const stood = done.losses.filter((lack) => lack.severity !== 'lost');
  const nothing = done.left_out.length + done.losses.length === 0;
  return (
    <>
      {nothing && (
        <p className="muted" data-testid={testid.exportWhole}>
          {t.exporting.nothingLost(version)}
        </p>
      )}
      <Lacks title={t.exporting.leftOut} lacks={done.left_out} kind="left_out" version={version} />
      <Lacks title={t.exporting.lost} lacks={lost} kind="lost" version={version} />
      <Lacks title={t.exporting.stood} lacks={stood} kind="stood" version={version} />
    </>
  );
}

interface LacksProps {
  title: string;
  lacks: readonly ExportLack[];
  kind: string;
  version: string;
}

function Lacks({ title, lacks, kind, version }: LacksProps) {
  if (lacks.length === 0) return null;
  return (
    <section className="export-lacks">
      <h3 className="eyebrow">{title}</h3>
      <ul>
        {lacks.map((lack) => (
          <li
            key={`${lack.field} ${lack.why}`}
            data-testid={testid.exportLack}
            data-kind={kind}
            data-field={lack.field}
            data-why={lack.why}
          >
            <div className="row">
              <strong className="grow">{t.exporting.field(lack.field)}</strong>
              <span className="num muted">{t.exporting.records(lack.count)}</span>
            </div>
            <p className="small">{t.exporting.why(lack.why, version)}</p>
            <p className="small faint export-examples">
              {lack.field && <code>{lack.field}</code>}
              {lack.field && ' · '}
              {t.exporting.examples(lack.examples)}
              {lack.count > lack.examples.length &&
                ` ${t.exporting.more(formatCount(lack.count - lack.examples.length))}`}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
