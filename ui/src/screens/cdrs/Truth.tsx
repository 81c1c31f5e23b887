/** Whose figures count: what meter, charger, session and CDR tell, and which of them is agreed. */

import { Check } from 'lucide-react';
import type { TruthDto, TruthSourceDto } from '@/api/client';
import { Badge } from '@/components/Status';
import { t } from '@/i18n';
import { formatKwh } from '@/lib/decimal';
import { testid } from '@/lib/testids';
import { formatInstant, formatShortLocal } from '@/lib/time';

export function Truth({ truth }: { truth: readonly TruthDto[] }) {
  const sources = truth[0]?.sources.map((told) => told.source) ?? [];
  const agreed = truth.filter((figure) => figure.order !== 'cdr');
  return (
    <div className="stack" data-testid={testid.truth}>
      <table className="plain-table truth">
        <thead>
          <tr>
            <th>{t.truth.source}</th>
            {truth.map(({ figure }) => (
              <th key={figure}>{t.truth.figure[figure] ?? figure}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sources.map((source, at) => (
            <SourceRow key={source} source={source} truth={truth} at={at} />
          ))}
        </tbody>
      </table>
      {truth.filter((figure) => figure.differs).map(differs)}
      <p className="small muted">
        {agreed.length === 0
          ? t.truth.asStated
          : agreed.map(({ figure, order }) => t.truth.agreed(figure, order)).join(' ')}
      </p>
    </div>
  );
}

function differs({ figure, counts, difference }: TruthDto) {
  return (
    <p key={figure} className="small tone-text-warn" data-testid={testid.truthDiffers(figure)}>
      {t.truth.differs(figure, counts, difference)}
    </p>
  );
}

interface SourceRowProps {
  source: string;
  truth: readonly TruthDto[];
  at: number;
}

/** A source's figures. A reason that holds for all of them is said once, below its name. */
function SourceRow({ source, truth, at }: SourceRowProps) {
  const told = truth.map((figure) => figure.sources[at]);
  const reasons = new Set(told.map((one) => one?.unfit ?? ''));
  const [first] = told;
  const shared = reasons.size === 1 && first?.unfit ? first : null;
  return (
    <tr data-testid={testid.truthSource(source)}>
      <td>
        {t.truth.name[source] ?? source}
        {shared && <Reason told={shared} />}
      </td>
      {truth.map((figure, index) => (
        <td key={figure.figure}>
          <Cell figure={figure} told={told[index]} said={shared !== null} />
        </td>
      ))}
    </tr>
  );
}

interface CellProps {
  figure: TruthDto;
  told: TruthSourceDto | undefined;
  said: boolean;
}

function Cell({ figure, told, said }: CellProps) {
  if (!told || (told.told === null && said)) return <span className="faint">{t.none}</span>;
  const counts = told.source === figure.counts;
  return (
    <>
      <span className={counts ? 'truth-counts' : 'muted'}>{value(figure.figure, told)}</span>
      {counts && (
        <Badge tone="good" icon={Check} bare>
          {t.truth.counts}
        </Badge>
      )}
      {!said && told.unfit && <Reason told={told} />}
    </>
  );
}

function Reason({ told }: { told: TruthSourceDto }) {
  const word = t.truth.unfit[told.unfit ?? ''] ?? told.unfit;
  return (
    <span className="truth-reason small faint" title={told.detail || undefined}>
      {word}
    </span>
  );
}

function value(figure: string, { told, local }: TruthSourceDto) {
  if (told === null) return t.none;
  if (figure === 'energy') return formatKwh(told);
  return (
    <span title={t.detail.utc(formatInstant(told))}>
      {local === null ? formatInstant(told) : moment(local)}
    </span>
  );
}

/** Day and time to the second, since a second counts here. */
function moment(local: string): string {
  return `${formatShortLocal(local)}:${local.slice(17, 19)}`;
}
