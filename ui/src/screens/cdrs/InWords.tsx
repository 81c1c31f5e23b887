/** The price in whole sentences, in the language and for the reader it will be sent to. */

import { Copy } from 'lucide-react';
import { useState } from 'react';
import { api } from '@/api/client';
import { Button } from '@/components/Button';
import { LanguageSelect } from '@/components/LanguageSelect';
import { ProblemPanel } from '@/components/ProblemPanel';
import { Select } from '@/components/Select';
import { t } from '@/i18n';
import { copyText } from '@/lib/clipboard';
import { useQuery } from '@/lib/query';
import { testid } from '@/lib/testids';
import { Disclosure } from './Disclosure';

const READERS = ['driver', 'partner', 'auditor'] as const;

interface Choice {
  language: string;
  reader: string;
}

export function InWords({ row }: { row: number }) {
  const [open, setOpen] = useState(false);
  const [choice, setChoice] = useState<Choice>({ language: 'en', reader: 'partner' });
  return (
    <Disclosure title={t.words.title} open={open} onOpen={setOpen} testId={testid.wordsOpen}>
      <Sentences row={row} choice={choice} onChoice={setChoice} />
    </Disclosure>
  );
}

interface SentencesProps {
  row: number;
  choice: Choice;
  onChoice: (choice: Choice) => void;
}

function Sentences({ row, choice, onChoice }: SentencesProps) {
  const { language, reader } = choice;
  const words = useQuery('cdr', `${row} ${language} ${reader}`, () =>
    api.words({ cdr: row, language, reader }),
  );
  const sentences = words.data ?? [];
  return (
    <div className="stack">
      <div className="row row-wrap words-tools">
        <LanguageSelect
          value={language}
          onValue={(next) => onChoice({ ...choice, language: next })}
          testId={testid.wordsLanguage}
        />
        <Select
          label={t.words.reader}
          value={reader}
          names={READERS.map((who) => [who, t.words.readers[who]])}
          onValue={(next) => onChoice({ ...choice, reader: next })}
          testId={testid.wordsReader}
        />
        <Button
          icon={<Copy size={14} aria-hidden />}
          disabled={words.loading || sentences.length === 0}
          onClick={() => void copyText(sentences.join('\n'))}
          testId={testid.wordsCopy}
        >
          {t.words.copy}
        </Button>
      </div>
      {words.problem && <ProblemPanel problem={words.problem} onRetry={words.reload} />}
      <div className="words" aria-busy={words.loading} data-testid={testid.words}>
        {sentences.map((sentence, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same sentence may stand twice
          <p key={i}>{sentence}</p>
        ))}
      </div>
    </div>
  );
}
