/**
 * The wizard over any screen: `connect=NL-ABC` in the address opens it for a partner,
 * `connect=choose` asks whose server it is first. Nothing typed into it is in the address.
 */

import { Dialog } from '@/components/Dialog';
import { t } from '@/i18n';
import { useBook } from '@/lib/book';
import { useCommand } from '@/lib/commands';
import { address, navigate, useAddress } from '@/lib/router';
import { testid } from '@/lib/testids';
import { ChoosePartner } from './ChoosePartner';
import { Wizard } from './Wizard';

const CHOOSE = 'choose';

export function connectPartner(key: string = CHOOSE): void {
  navigate({ params: { connect: key } });
}

function close(): void {
  navigate({ params: { connect: null } }, true);
}

export function ConnectOverlay() {
  const { params } = useAddress();
  const book = useBook();
  const { connect } = params;
  useCommand('partner.connect', () => {
    const here = address();
    connectPartner(here.params.who ?? here.partner ?? CHOOSE);
  });
  if (!connect) return null;
  const known = book.info.partners.some((one) => one.key === connect);
  if (known) return <Wizard key={connect} partner={connect} onClose={close} />;
  if (connect !== CHOOSE) return null;
  return (
    <Dialog open onClose={close} title={t.connect.anyTitle} testId={testid.wizard}>
      <ChoosePartner
        onClose={close}
        onChoose={(key) => navigate({ params: { connect: key } }, true)}
      />
    </Dialog>
  );
}
