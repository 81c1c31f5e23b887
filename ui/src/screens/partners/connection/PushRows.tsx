/** CDRs on their way to the partner, those that need a person first. */

import { CircleCheck, CircleHelp, CircleX, Clock3, type LucideIcon } from 'lucide-react';
import type { PushQueue, PushRow } from '@/api/client';
import { Amount } from '@/components/Figure';
import { Badge, type Tone } from '@/components/Status';
import { t } from '@/i18n';
import { problemText } from '@/i18n/problems.en';
import { navigate } from '@/lib/router';
import { testid } from '@/lib/testids';
import { formatInstant, formatShortInstant, ownZone } from '@/lib/time';

const LOOK: Record<string, { tone: Tone; icon: LucideIcon }> = {
  to_send: { tone: 'neutral', icon: Clock3 },
  sent: { tone: 'good', icon: CircleCheck },
  refused: { tone: 'bad', icon: CircleX },
  unknown: { tone: 'warn', icon: CircleHelp },
};
const UNKNOWN = { tone: 'neutral', icon: CircleHelp } as const;

/** So many at once: a table of a thousand rows is slow to draw and slower to read. */
const SHOWN = 200;

export function PushRows({ queue }: { queue: PushQueue }) {
  const names = t.push.columns;
  return (
    <>
      <section
        className="card wide-table push-rows"
        aria-label={t.push.title}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolling it needs the focus
        tabIndex={0}
      >
        <table className="plain-table">
          <thead>
            <tr>
              <th>{names.id}</th>
              <th>{names.start}</th>
              <th className="num">{names.stated}</th>
              <th>{names.state}</th>
              <th>{names.why}</th>
            </tr>
          </thead>
          <tbody>
            {queue.rows.slice(0, SHOWN).map((row) => (
              <Row key={row.cdr} row={row} />
            ))}
          </tbody>
        </table>
      </section>
      {queue.rows.length > SHOWN && <p className="small muted">{t.push.more(SHOWN)}</p>}
    </>
  );
}

function Row({ row }: { row: PushRow }) {
  const look = LOOK[row.state] ?? UNKNOWN;
  return (
    <tr data-testid={testid.pushRow} data-id={row.id} data-state={row.state}>
      <td className="cell-id">
        <button
          type="button"
          className="btn-link truncate"
          title={row.id}
          onClick={() => open(row)}
        >
          {row.id}
        </button>
      </td>
      <td className="nowrap" title={formatInstant(row.start)}>
        {formatShortInstant(row.start)}
      </td>
      <td className="num">
        <Amount money={row.stated} />
      </td>
      <td>
        <Badge tone={look.tone} icon={look.icon} bare>
          {t.push.state(row.state)}
        </Badge>
      </td>
      <td className="push-why small">
        <Why row={row} />
      </td>
    </tr>
  );
}

function open(row: PushRow): void {
  const params = { q: `"${row.id}"`, cdr: String(row.cdr) };
  navigate({ screen: 'cdrs', partner: null, month: null, params });
}

function Why({ row }: { row: PushRow }) {
  const { problem, location, at } = row;
  const when = at && t.push.at(formatInstant(at, ownZone()));
  if (problem) {
    return (
      <details>
        <summary title={when ?? undefined}>{problemText(problem.code).happened}</summary>
        <p className="muted">{problemText(problem.code).todo}</p>
        <code>
          {problem.code}: {problem.text}
        </code>
      </details>
    );
  }
  return (
    <span className="muted" title={when ?? undefined}>
      {location ?? ''}
    </span>
  );
}
