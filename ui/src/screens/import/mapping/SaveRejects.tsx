/** Saves the rows of an import that could not be read, so that a person can repair them. */

import { FileDown } from 'lucide-react';
import { api, type RejectsSaved } from '@/api/client';
import { Button } from '@/components/Button';
import { t } from '@/i18n';
import { reportProblem } from '@/lib/report';
import { createStore, useStore } from '@/lib/store';
import { testid } from '@/lib/testids';

/** What was saved last of each import, while the app runs. */
const saved = createStore<ReadonlyMap<number, RejectsSaved>>(new Map());

export async function saveRejects(id: number): Promise<void> {
  try {
    const done = await api.saveRejects(id);
    if (done) saved.set((before) => new Map(before).set(id, done));
  } catch (thrown) {
    reportProblem(thrown);
  }
}

interface SavedProps {
  id: number;
  /** Format of the import's file. */
  format: string;
}

/** Where the rows of an import were saved, and what to do with them. */
export function SavedRejects({ id, format }: SavedProps) {
  const done = useStore(saved).get(id);
  if (!done) return null;
  return (
    <p className="callout tone-good saved-rejects" role="status" data-testid={testid.rejectsSaved}>
      <strong>{t.mapping.saved(done.rows, done.path)}</strong>{' '}
      {t.mapping.savedNext(isSheet(format))}
    </p>
  );
}

/** Only a spreadsheet's rows can come back; of JSON and logs the list says what is wrong. */
function isSheet(format: string): boolean {
  return /^(csv|xlsx|xls|ods)/.test(format);
}

export function SaveRejects({ id }: { id: number }) {
  return (
    <Button
      icon={<FileDown size={15} aria-hidden />}
      onClick={() => void saveRejects(id)}
      testId={testid.rejectsSave}
    >
      {t.mapping.saveRejects}
    </Button>
  );
}
