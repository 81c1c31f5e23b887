/** A question with two answers: what the sample would become by each. */

import { useId } from 'react';
import { t } from '@/i18n';
import { testid } from '@/lib/testids';
import { change } from '../queue';
import type { QuestionProps } from './Questions';
import { changeOf } from './reading';

/** Questions about the whole file, whatever column shows them. */
const OF_FILE = ['date_order', 'zone', 'amount', 'kind', 'record_id', 'currency'];

export function TwoReadings({ token, question }: QuestionProps) {
  const name = useId();
  const column = OF_FILE.includes(question.what) ? null : question.column;
  return (
    <fieldset className="question-choices">
      <legend>
        {t.mapping.question(question)}
        {question.row !== null && (
          <span className="faint small"> {t.mapping.errorRows(1, question.row)}</span>
        )}
      </legend>
      {question.choices.map((choice, i) => (
        <label key={choice} className="question-choice">
          <input
            type="radio"
            name={name}
            value={choice}
            onChange={() => change(token, changeOf(question.what, choice, column))}
            data-testid={testid.questionChoice(choice)}
          />
          <span>{t.mapping.choice(question, choice)}</span>
          {i === 0 && (
            <span className="faint small">
              {t.mapping.likely}, {t.import.because(question.because)}
            </span>
          )}
        </label>
      ))}
    </fieldset>
  );
}
