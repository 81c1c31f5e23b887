/** Says that a CDR is priced otherwise by decision, by whom and why, and takes it back. */

import { Undo2 } from 'lucide-react';
import { useState } from 'react';
import type { KeptDto } from '@/api/client';
import { Button } from '@/components/Button';
import { t } from '@/i18n';
import { testid } from '@/lib/testids';
import { formatInstant } from '@/lib/time';
import { userZone } from './History';
import { supposedText } from './supposition';
import { undoKept } from './takeBack';

export function Kept({ kept }: { kept: KeptDto }) {
  const [busy, setBusy] = useState(false);
  const undo = async () => {
    setBusy(true);
    await undoKept(kept.decision, '');
    setBusy(false);
  };
  return (
    <div className="callout tone-info kept" data-testid={testid.kept}>
      <div className="grow">
        <p>
          <strong>{t.whatif.keptTitle}</strong> {supposedText(kept.what)}
        </p>
        <p className="small">
          {t.whatif.keptBy(kept.actor, formatInstant(kept.at, userZone()), kept.reason)}
        </p>
      </div>
      <Button
        icon={<Undo2 size={14} aria-hidden />}
        disabled={busy}
        onClick={() => void undo()}
        testId={testid.keptUndo}
      >
        {t.undo}
      </Button>
    </div>
  );
}
