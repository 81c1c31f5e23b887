/** The next step where something is missing that an import brings. */

import { FileDown } from 'lucide-react';
import { t } from '@/i18n';
import { navigate } from '@/lib/router';
import { Button } from './Button';

export function ChooseFiles() {
  return (
    <Button
      icon={<FileDown size={15} aria-hidden />}
      onClick={() => navigate({ screen: 'import' })}
    >
      {t.import.choose}
    </Button>
  );
}
