/** By which of the partner's templates a file is read, or by none. */

import type { SheetPreview } from '@/api/client';
import { Menu } from '@/components/Menu';
import { t } from '@/i18n';
import { testid } from '@/lib/testids';
import { chooseTemplate } from '../queue';

export function TemplateMenu({ token, sheet }: { token: string; sheet: SheetPreview }) {
  const used = sheet.template?.name;
  if (sheet.templates.length === 0) return null;
  return (
    <Menu
      label={t.mapping.chooseTemplate}
      arrow
      testId={testid.readingTemplate}
      placement="bottom end"
      groups={[
        {
          id: 'templates',
          choices: sheet.templates.map((name) => ({
            id: `template ${name}`,
            text: name,
            current: name === used,
            testId: testid.templateOption(name),
            onChoose: () => chooseTemplate(token, name),
          })),
        },
        {
          id: 'none',
          choices: [
            {
              id: 'none',
              text: t.mapping.noTemplate,
              current: used === undefined,
              testId: testid.templateOption(''),
              onChoose: () => chooseTemplate(token, ''),
            },
          ],
        },
      ]}
    >
      {used ?? t.mapping.chooseTemplate}
    </Menu>
  );
}
