/** How the partner is reached, what was allowed for it, and what can be done with it. */

import { CloudDownload, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { ConnectionDto } from '@/api/client';
import { Button } from '@/components/Button';
import { t } from '@/i18n';
import { useCommand } from '@/lib/commands';
import { useRunning } from '@/lib/jobs';
import { testid } from '@/lib/testids';
import { formatDay, ownZone } from '@/lib/time';
import { connectPartner } from '../../connect/ConnectOverlay';
import { pullNow } from '../../connect/pull';
import { RemoveDialog } from './RemoveDialog';
import { RenewDialog } from './RenewDialog';

interface HeadProps {
  connection: ConnectionDto;
  locked: boolean;
}

export function ConnectionHead({ connection, locked }: HeadProps) {
  return (
    <section className="stack connection-head">
      <Facts connection={connection} />
      <Allowed connection={connection} />
      <Acts connection={connection} locked={locked} />
    </section>
  );
}

function Facts({ connection }: { connection: ConnectionDto }) {
  const facts: [name: string, text: string][] = [
    [t.connection.address, connection.versions_url],
    [t.connection.version, connection.version],
    [t.connection.tokenIs, t.connection.token(connection.registered, connection.sent_as)],
  ];
  if (connection.since) facts.push([t.connection.since, formatDay(connection.since, ownZone())]);
  return (
    <dl className="facts">
      {facts.map(([name, text]) => (
        <div key={name} className="facts-row">
          <dt>{name}</dt>
          <dd className="connection-fact">{text}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What the user allowed against the usual caution; it stays in sight. */
function Allowed({ connection }: { connection: ConnectionDto }) {
  const texts = [
    connection.plain_http && t.connection.plainHttp,
    connection.inside && t.connection.inside,
    connection.besides.length > 0 && t.connection.besides(connection.besides),
  ].filter((text): text is string => typeof text === 'string');
  return texts.map((text) => (
    <p key={text} className="callout tone-warn row connection-allowed">
      <TriangleAlert size={15} aria-hidden />
      {text}
    </p>
  ));
}

type Asking = 'renew' | 'remove' | null;

function Acts({ connection, locked }: HeadProps) {
  const { partner } = connection;
  const [asking, setAsking] = useState<Asking>(null);
  const [starting, setStarting] = useState(false);
  const pulling = useRunning('pull', partner) !== undefined || starting;
  const pull = async () => {
    setStarting(true);
    await pullNow(partner);
    setStarting(false);
  };
  useCommand('partner.pull', () => void pull(), !locked && !pulling);
  return (
    <div className="row row-wrap">
      <Button
        variant="primary"
        icon={<CloudDownload size={15} aria-hidden />}
        disabled={locked || pulling}
        onClick={() => void pull()}
        testId={testid.connectionPull}
      >
        {pulling ? t.connection.pulling : t.connection.pull}
      </Button>
      <Button onClick={() => connectPartner(partner)} testId={testid.connectionChange}>
        {t.connection.change}
      </Button>
      {connection.registered && (
        <Button
          disabled={locked}
          onClick={() => setAsking('renew')}
          testId={testid.connectionRenew}
        >
          {t.connection.renew}
        </Button>
      )}
      <span className="grow" />
      <Button
        variant="danger"
        disabled={locked}
        onClick={() => setAsking('remove')}
        testId={testid.connectionRemove}
      >
        {t.connection.remove}
      </Button>
      {asking === 'renew' && <RenewDialog partner={partner} onClose={() => setAsking(null)} />}
      {asking === 'remove' && (
        <RemoveDialog connection={connection} onClose={() => setAsking(null)} />
      )}
    </div>
  );
}
