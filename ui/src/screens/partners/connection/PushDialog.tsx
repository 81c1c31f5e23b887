/** What is sent cannot be taken back: said with the count, on a button that names it. */

import { api, type PartnerDto } from '@/api/client';
import { ActDialog } from '@/components/ActDialog';
import { t } from '@/i18n';
import { applyJob, whenOver } from '@/lib/jobs';
import { testid } from '@/lib/testids';
import { toast } from '@/lib/toasts';

interface PushDialogProps {
  partner: PartnerDto;
  month: string;
  /** How many in all; of these, sent without an answer and refused before. */
  counts: { all: number; unknown: number; refused: number };
  onClose: () => void;
}

export function PushDialog({ partner, month, counts, onClose }: PushDialogProps) {
  const name = partner.company.name || partner.key;
  const send = async () => {
    const refused_again = counts.refused > 0;
    const started = await api.push({ partner: partner.key, month, refused_again });
    applyJob(started);
    void whenOver(started.id).then((over) => {
      if (over.state === 'finished') toast(t.push.ended(name));
    });
    onClose();
  };
  return (
    <ActDialog
      onClose={onClose}
      title={t.push.confirmTitle(name)}
      act={t.push.act(counts.all)}
      work={send}
      actTestId={testid.pushConfirm}
    >
      <div className="stack" data-testid={testid.pushSentence}>
        <p>{t.push.sentence(counts.all, name, month)}</p>
        {counts.unknown > 0 && <p>{t.push.unknownFirst(counts.unknown)}</p>}
        {counts.refused > 0 && <p>{t.push.refusedToo(counts.refused)}</p>}
      </div>
    </ActDialog>
  );
}
