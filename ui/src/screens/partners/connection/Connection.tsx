/** A partner's server: how it is reached, how it is doing, when it is asked, what it takes. */

import { PlugZap } from 'lucide-react';
import { api, type ConnectionDto, type PartnerDto, type VaultDto } from '@/api/client';
import { Button } from '@/components/Button';
import { EmptyState } from '@/components/EmptyState';
import { ProblemPanel } from '@/components/ProblemPanel';
import { t } from '@/i18n';
import { useQuery } from '@/lib/query';
import { testid } from '@/lib/testids';
import { connectPartner } from '../../connect/ConnectOverlay';
import { VaultCallout } from '../../connect/VaultCallout';
import { ConnectionHead } from './ConnectionHead';
import { Departures } from './Departures';
import { Health } from './Health';
import { Push } from './Push';
import { Schedule } from './Schedule';

export function Connection({ partner }: { partner: PartnerDto }) {
  const connection = useQuery('connection', partner.key, () => api.connection(partner.key));
  const vault = useQuery('connection', 'vault', api.vault);
  const found = connection.data;
  if (connection.problem) {
    return <ProblemPanel problem={connection.problem} onRetry={connection.reload} />;
  }
  if (!found) return <p className="muted">{t.loading}</p>;
  if (!found.connected) {
    return (
      <EmptyState
        icon={PlugZap}
        title={t.connection.emptyTitle}
        text={t.connection.emptyText}
        action={
          <Button
            variant="primary"
            onClick={() => connectPartner(partner.key)}
            testId={testid.connectOpen}
          >
            {t.connection.connect}
          </Button>
        }
      />
    );
  }
  return (
    <div className="stack connection" data-testid={testid.connection}>
      <VaultCallout vault={vault.data} />
      <Connected connection={found} partner={partner} vault={vault.data} />
    </div>
  );
}

interface ConnectedProps {
  connection: ConnectionDto;
  partner: PartnerDto;
  vault: VaultDto | undefined;
}

function Connected({ connection, partner, vault }: ConnectedProps) {
  // While the tokens are locked nothing can be asked of the partner.
  const locked = vault?.open !== true;
  const takesCdrs = connection.receivers.some((one) => one.module === 'cdrs');
  return (
    <>
      <ConnectionHead connection={connection} locked={locked} />
      <Health connection={connection} />
      <Departures pulls={connection.pulls} />
      <Schedule connection={connection} encrypted={vault?.place === 'file'} />
      {takesCdrs && <Push partner={partner} locked={locked} />}
    </>
  );
}
