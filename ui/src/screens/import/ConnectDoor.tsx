/** The other way for records to come in: from a partner's server, by themselves. */

import { PlugZap } from 'lucide-react';
import { useState } from 'react';
import { Menu } from '@/components/Menu';
import { t } from '@/i18n';
import { useBook } from '@/lib/book';
import { testid } from '@/lib/testids';
import { connectPartner } from '../connect/ConnectOverlay';
import { PartnerDialog } from '../partners/PartnerDialog';

export function ConnectDoor() {
  const { info } = useBook();
  const [adding, setAdding] = useState(false);
  return (
    <section className="door">
      <span className="empty-icon">
        <PlugZap size={22} strokeWidth={1.7} aria-hidden />
      </span>
      <h2>{t.connect.door}</h2>
      <p className="muted">{t.connect.doorText}</p>
      <Menu
        label={t.connect.door}
        arrow
        testId={testid.connectDoor}
        groups={[
          {
            id: 'partners',
            title: t.connect.choosePartner,
            choices: info.partners.map((partner) => ({
              id: partner.key,
              text: partner.name || partner.key,
              hint: partner.key,
              testId: testid.connectPartner(partner.key),
              onChoose: () => connectPartner(partner.key),
            })),
          },
          {
            id: 'new',
            choices: [
              {
                id: 'new-partner',
                text: t.partner.new,
                testId: testid.partnerNew,
                onChoose: () => setAdding(true),
              },
            ],
          },
        ]}
      >
        {t.connect.doorAct}
      </Menu>
      {adding && (
        <PartnerDialog
          partner={null}
          onClose={() => setAdding(false)}
          onSaved={(partner) => connectPartner(partner.key)}
        />
      )}
    </section>
  );
}
