/** A column that the template does not know: what it holds, or that it is not used. */

import { t } from '@/i18n';
import { testid } from '@/lib/testids';
import { change } from '../queue';
import { FieldSelect } from './FieldSelect';
import type { QuestionProps } from './Questions';
import { changeOf } from './reading';

export function NewColumn({ token, question, preview, sheet }: QuestionProps) {
  const heading = question.column ?? '';
  const column = preview.columns.find((one) => one.name === heading);
  const samples = column?.samples ?? [];
  return (
    <div className="question-line">
      <div className="grow">
        <p>{t.mapping.question(question)}</p>
        <p className="faint small">
          {samples.length > 0 ? t.mapping.samples(samples) : t.mapping.noSamples}
        </p>
      </div>
      <FieldSelect
        label={t.mapping.question(question)}
        value={null}
        fields={sheet.fields}
        onField={(field) => change(token, changeOf('column', field, heading))}
        testId={testid.questionField}
      />
    </div>
  );
}
