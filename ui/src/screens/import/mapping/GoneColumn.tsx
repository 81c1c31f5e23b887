/** A column that the template reads and the file does not have: gone, or named otherwise now. */

import { api } from '@/api/client';
import { t } from '@/i18n';
import { useQuery } from '@/lib/query';
import { testid } from '@/lib/testids';
import { change } from '../queue';
import type { QuestionProps } from './Questions';
import { changeOf } from './reading';

export function GoneColumn({ token, question, preview, sheet }: QuestionProps) {
  const heading = question.column ?? '';
  const partner = preview.partner?.key ?? null;
  const key = partner && `templates-${partner}`;
  const templates = useQuery('imports', key, () => api.templates(partner ?? ''));
  const kept = templates.data?.find((one) => one.name === sheet.template?.name);
  const field = kept?.columns.find((one) => one.heading === heading)?.field;
  const free = preview.columns.filter((one) => one.field === '');
  const answer = (column: string) =>
    field && column
      ? change(token, changeOf('column', field, column))
      : change(token, changeOf('column', '', heading));
  return (
    <div className="question-line">
      <div className="grow">
        <p>{t.mapping.question(question)}</p>
        {field && <p className="faint small">{t.mapping.goneField(field)}</p>}
      </div>
      <select
        className="input"
        aria-label={t.mapping.question(question)}
        value={CHOOSE}
        onChange={(event) => answer(event.target.value)}
        data-testid={testid.questionField}
      >
        <option value={CHOOSE} disabled>
          {t.mapping.choose}
        </option>
        <option value="">{t.mapping.gone}</option>
        {field &&
          free.map((column) => (
            <option key={column.letter} value={column.name}>
              {t.mapping.takenFrom(field, column.heading || column.letter)}
            </option>
          ))}
      </select>
    </div>
  );
}

const CHOOSE = '?';
