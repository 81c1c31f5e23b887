/** The partner form over any screen: `edit=NL-ABC` in the address opens it, `edit=new` adds one. */

import { useBook } from '@/lib/book';
import { useCommand } from '@/lib/commands';
import { navigate, useAddress } from '@/lib/router';
import { PartnerDialog } from './PartnerDialog';

export const NEW_PARTNER = 'new';

export function editPartner(key: string): void {
  navigate({ params: { edit: key } });
}

export function PartnerOverlay() {
  const { params } = useAddress();
  const book = useBook();
  const edit = params.edit;
  useCommand('partner.new', () => editPartner(NEW_PARTNER));
  if (!edit) return null;
  const partner = edit === NEW_PARTNER ? null : book.partner(edit);
  if (partner === undefined) return null;
  return (
    <PartnerDialog
      key={edit}
      partner={partner}
      onClose={() => navigate({ params: { edit: null } }, true)}
    />
  );
}
