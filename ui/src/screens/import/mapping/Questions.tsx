/** What a file leaves open. Nothing is imported before a person has said. */

import { CircleHelp } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { ImportPreview, QuestionDto, SheetPreview } from '@/api/client';
import { t } from '@/i18n';
import { testid } from '@/lib/testids';
import { GoneColumn } from './GoneColumn';
import { NewColumn } from './NewColumn';
import { TwoReadings } from './TwoReadings';

export interface QuestionProps {
  token: string;
  question: QuestionDto;
  preview: ImportPreview;
  sheet: SheetPreview;
}

interface QuestionsProps {
  token: string;
  preview: ImportPreview;
  sheet: SheetPreview;
}

export function Questions({ token, preview, sheet }: QuestionsProps) {
  const { questions } = sheet;
  const list = useRef<HTMLUListElement>(null);
  const asked = useRef(questions.length);
  useEffect(() => {
    // The answered question is gone and the focus with it: it goes to the next one.
    const isLost = document.activeElement === document.body;
    if (questions.length < asked.current && isLost) {
      list.current?.querySelector<HTMLElement>('input, select')?.focus();
    }
    asked.current = questions.length;
  }, [questions]);
  return (
    <section className="card questions" data-testid={testid.questions}>
      <header className="questions-head">
        <CircleHelp size={18} className="tone-text-warn" aria-hidden />
        <div>
          <h3>{t.mapping.questionsTitle(questions.length)}</h3>
          <p className="muted small">{t.mapping.questionsText}</p>
        </div>
      </header>
      <ul ref={list}>
        {questions.map((question) => (
          <li
            key={`${question.what} ${question.column}`}
            className="question"
            data-testid={testid.question}
            data-what={question.what}
          >
            <Question token={token} question={question} preview={preview} sheet={sheet} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Question(props: QuestionProps) {
  switch (props.question.what) {
    case 'new_column':
      return <NewColumn {...props} />;
    case 'gone_column':
      return <GoneColumn {...props} />;
    default:
      return <TwoReadings {...props} />;
  }
}
