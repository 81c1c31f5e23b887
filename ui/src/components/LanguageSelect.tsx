/** The language sentences are written in: those the core can speak. */

import { t } from '@/i18n';
import { Select } from './Select';

const LANGUAGES = ['en', 'nl', 'de', 'fr'] as const;

export interface LanguageSelectProps {
  value: string;
  onValue: (language: string) => void;
  testId: string;
}

export function LanguageSelect({ value, onValue, testId }: LanguageSelectProps) {
  return (
    <Select
      label={t.words.language}
      value={value}
      names={LANGUAGES.map((code) => [code, t.words.languages[code]])}
      onValue={onValue}
      testId={testId}
    />
  );
}
