/** Whose server it is, where the screen does not say. */

import { useState } from 'react';
import { Button } from '@/components/Button';
import { t } from '@/i18n';
import { useBook } from '@/lib/book';
import { testid } from '@/lib/testids';
import { PartnerDialog } from '../partners/PartnerDialog';

interface ChoosePartnerProps {
  onChoose: (key: string) => void;
  onClose: () => void;
}

export function ChoosePartner({ onChoose, onClose }: ChoosePartnerProps) {
  const { info } = useBook();
  const [adding, setAdding] = useState(false);
  if (adding) {
    return (
      <PartnerDialog
        partner={null}
        onClose={() => setAdding(false)}
        onSaved={(partner) => onChoose(partner.key)}
      />
    );
  }
  return (
    <div className="stack dialog-body choose-body">
      {info.partners.length === 0 && <p className="muted">{t.connect.noPartners}</p>}
      <ul className="stack connect-partners" aria-label={t.connect.choosePartner}>
        {info.partners.map((partner, i) => (
          <li key={partner.key}>
            <button
              type="button"
              className="settle-item"
              // biome-ignore lint/a11y/noAutofocus: the first choice of the dialog
              autoFocus={i === 0}
              data-testid={testid.connectPartner(partner.key)}
              onClick={() => onChoose(partner.key)}
            >
              <strong className="truncate">{partner.name || partner.key}</strong>
              <span className="small muted">{partner.key}</span>
            </button>
          </li>
        ))}
      </ul>
      <div className="dialog-actions">
        <Button onClick={onClose} testId={testid.dialogCancel}>
          {t.cancel}
        </Button>
        <Button
          variant={info.partners.length === 0 ? 'primary' : 'plain'}
          onClick={() => setAdding(true)}
          testId={testid.partnerNew}
        >
          {t.partner.new}
        </Button>
      </div>
    </div>
  );
}
