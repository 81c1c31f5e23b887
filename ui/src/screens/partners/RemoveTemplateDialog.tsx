/** Gives up a template; what that means is said first, since it cannot be undone. */

import { api } from '@/api/client';
import { ActDialog } from '@/components/ActDialog';
import { t } from '@/i18n';
import { changedTopics } from '@/lib/query';
import { testid } from '@/lib/testids';
import { toast } from '@/lib/toasts';

interface RemoveTemplateProps {
  partner: string;
  name: string;
  onClose: () => void;
}

export function RemoveTemplateDialog({ partner, name, onClose }: RemoveTemplateProps) {
  const remove = async () => {
    await api.removeTemplate({ partner, name });
    toast(t.mapping.removed(name));
    onClose();
    changedTopics('imports', 'audit');
  };
  return (
    <ActDialog
      onClose={onClose}
      title={t.mapping.removeTitle(name)}
      act={t.mapping.removeAct(name)}
      work={remove}
      actTestId={testid.templateRemoveConfirm}
    >
      <p>{t.mapping.removeText(name)}</p>
    </ActDialog>
  );
}
