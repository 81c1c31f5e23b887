/** When the partner is pulled from, in the app and by cron. */

import { Copy } from 'lucide-react';
import { useState } from 'react';
import { api, type ConnectionDto } from '@/api/client';
import { IconButton } from '@/components/Button';
import { Select } from '@/components/Select';
import { t } from '@/i18n';
import { useBook } from '@/lib/book';
import { copyText } from '@/lib/clipboard';
import { changedTopics } from '@/lib/query';
import { reportProblem } from '@/lib/report';
import { testid } from '@/lib/testids';
import { formatAgo, formatInstant, ownZone } from '@/lib/time';
import { toast } from '@/lib/toasts';
import { everyNames, everyValue, hoursOf } from '../../connect/schedule';

/** Quoted for the shell; cron itself reads a percent sign as the end of the line. */
function quoted(path: string): string {
  const plain = /^[\w./+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
  return plain.replaceAll('%', '\\%');
}

/** At a minute of the night when few others ask. */
export function cronLine(partner: string, book: string): string {
  return `17 3 * * * tallywatt --book ${quoted(book)} pull ${partner}`;
}

interface ScheduleProps {
  connection: ConnectionDto;
  /** Whether tokens lie in a file that needs its passphrase. */
  encrypted: boolean;
}

export function Schedule({ connection, encrypted }: ScheduleProps) {
  const { info } = useBook();
  const line = cronLine(connection.partner, info.path);
  const { partner, every_hours: every, next_pull_at: next } = connection;
  const [busy, setBusy] = useState(false);
  const change = async (hours: number | null, undone = false) => {
    setBusy(true);
    try {
      await api.schedule(partner, hours);
      changedTopics('connection', 'audit');
      if (undone) toast(t.undone);
      else toast(t.connection.scheduled, { undo: () => void change(every, true) });
    } catch (thrown) {
      reportProblem(thrown);
    }
    setBusy(false);
  };
  return (
    <section className="stack">
      <h3>{t.connection.schedule}</h3>
      <fieldset className="row row-wrap plain-fieldset schedule" disabled={busy}>
        <Select
          label={t.connection.schedule}
          value={everyValue(every)}
          names={everyNames(every)}
          onValue={(value) => void change(hoursOf(value))}
          testId={testid.scheduleEvery}
        />
        <span data-testid={testid.scheduleNext} title={next ? formatInstant(next, ownZone()) : ''}>
          {next ? t.connection.next(formatAgo(next)) : t.connection.nextNone}
        </span>
      </fieldset>
      <p className="muted">{t.connection.whileOpen}</p>
      <div className="row copy-line">
        <code className="grow">{line}</code>
        <IconButton
          label={t.connection.copyLine}
          icon={<Copy size={15} aria-hidden />}
          onClick={() => void copyText(line)}
          testId={testid.scheduleCopy}
        />
      </div>
      {encrypted && <p className="small muted">{t.connection.cronPassphrase}</p>}
    </section>
  );
}
