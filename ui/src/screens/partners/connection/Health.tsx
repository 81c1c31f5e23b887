/** How the last pull of each list went, a line each. */

import { CircleCheck, CircleDashed, CircleX, type LucideIcon, TriangleAlert } from 'lucide-react';
import { Fragment } from 'react';
import { type ConnectionDto, LISTS, type Problem, type PullHealth } from '@/api/client';
import { Badge, type Tone } from '@/components/Status';
import { t } from '@/i18n';
import { problemText } from '@/i18n/problems.en';
import { testid } from '@/lib/testids';
import { formatAgo, formatInstant, formatShortInstant, ownZone } from '@/lib/time';

const LOOK: Record<string, { tone: Tone; icon: LucideIcon }> = {
  complete: { tone: 'good', icon: CircleCheck },
  partial: { tone: 'warn', icon: TriangleAlert },
  failed: { tone: 'bad', icon: CircleX },
};
const UNKNOWN = { tone: 'neutral', icon: CircleDashed } as const;

/** The lists in their usual order, those never pulled too. */
function listsOf({ lists, pulls }: ConnectionDto): string[] {
  const all = new Set([...lists, ...pulls].map((one) => one.module));
  const usual = LISTS.filter((list) => all.has(list));
  return [...usual, ...[...all].filter((list) => !usual.some((one) => one === list))];
}

export function Health({ connection }: { connection: ConnectionDto }) {
  const names = t.connection.columns;
  return (
    <section>
      <h3>{t.connection.health}</h3>
      <div className="health-frame">
        <table className="plain-table health">
          <thead>
            <tr>
              <th>{names.list}</th>
              <th>{names.outcome}</th>
              <th>{names.ended}</th>
              <th className="num">{names.received}</th>
              <th>{names.newest}</th>
              <th>{names.next}</th>
            </tr>
          </thead>
          <tbody>
            {listsOf(connection).map((list) => (
              <Line
                key={list}
                list={list}
                pull={connection.pulls.find((one) => one.module === list)}
                next={connection.next_pull_at}
              />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface LineProps {
  list: string;
  pull: PullHealth | undefined;
  next: string | null;
}

function Line({ list, pull, next }: LineProps) {
  const outcome = pull?.outcome ?? '';
  const look = LOOK[outcome] ?? UNKNOWN;
  const problem = pull?.problem;
  return (
    <Fragment>
      <tr
        className={problem ? 'health-with' : undefined}
        data-testid={testid.healthRow}
        data-list={list}
        data-outcome={outcome}
      >
        <td>
          <strong>{t.connect.list(list)}</strong>
        </td>
        <td>
          <Badge tone={look.tone} icon={look.icon} bare>
            {pull ? (t.connection.outcomes[outcome] ?? outcome) : t.connection.notPulled}
          </Badge>
          {pull && pull.streak > 1 && (
            <span className="small muted health-streak">
              {t.connection.streak(outcome, pull.streak)}
            </span>
          )}
        </td>
        <td>{pull ? <Moment at={pull.ended_at} /> : t.none}</td>
        <td className="num">{pull ? t.connection.received(pull.received, pull.total) : t.none}</td>
        <td className="nowrap" title={pull?.watermark ? exact(pull.watermark) : undefined}>
          {pull?.watermark ? formatShortInstant(pull.watermark, ownZone()) : t.none}
        </td>
        <td>{next ? <Moment at={next} /> : t.connect.everyText(null)}</td>
      </tr>
      {problem && (
        <tr>
          <td colSpan={6} className="health-why">
            <Why problem={problem} />
          </td>
        </tr>
      )}
    </Fragment>
  );
}

function exact(at: string): string {
  return formatInstant(at, ownZone());
}

/** "3 hours ago", with the minute on hover. */
function Moment({ at }: { at: string }) {
  return (
    <time className="nowrap" dateTime={at} title={exact(at)}>
      {formatAgo(at)}
    </time>
  );
}

function Why({ problem }: { problem: Problem }) {
  const text = problemText(problem.code);
  return (
    <div className="health-problem" data-testid={testid.healthProblem} data-code={problem.code}>
      <p>
        <strong>{text.happened}</strong> <span className="muted">{text.means}</span> {text.todo}
      </p>
      {problem.text && (
        <details>
          <summary className="small muted">{t.details}</summary>
          <code className="small">
            {problem.code}: {problem.text}
          </code>
        </details>
      )}
    </div>
  );
}
