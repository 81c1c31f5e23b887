/** Gives up a template; what that means is said first, since it cannot be undone. */

import { api } from '@/api/client';
import { ConfirmDialog } from '@/components/Dialog';
import { t } from '@/i18n';
import { useAct } from '@/lib/act';
import { changedTopics } from '@/lib/query';
import { testid } from '@/lib/testids';
import { toast } from '@/lib/toasts';

interface RemoveTemplateProps {
  partner: string;
  name: string;
  onClose: () => void;
}

export function RemoveTemplateDialog({ partner, name, onClose }: RemoveTemplateProps) {
  const remove = useAct(async () => {
    await api.removeTemplate({ partner, name });
    toast(t.mapping.removed(name));
    onClose();
    changedTopics('imports', 'audit');
  });
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t.mapping.removeTitle(name)}
      act={t.mapping.removeAct(name)}
      onAct={remove.run}
      busy={remove.busy}
      problem={remove.problem}
      actTestId={testid.templateRemoveConfirm}
    >
      <p>{t.mapping.removeText(name)}</p>
    </ConfirmDialog>
  );
}
