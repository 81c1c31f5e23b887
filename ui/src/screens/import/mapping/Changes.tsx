/** What a person changed about how the file is read, and the ways back. */

import { RotateCcw, Undo2 } from 'lucide-react';
import { Button } from '@/components/Button';
import { t } from '@/i18n';
import { testid } from '@/lib/testids';
import { type Entry, startOver, undoChange } from '../queue';

export function Changes({ entry }: { entry: Entry }) {
  if (entry.past.length === 0) return null;
  const { token } = entry.file;
  const { changes, template } = entry.reading;
  return (
    <div className="changes" data-testid={testid.changes}>
      <ul className="grow small">
        {template === '' && <li>{t.mapping.noTemplate}</li>}
        {changes.map((one) => (
          <li key={`${one.what} ${one.column} ${one.from}`}>{t.mapping.change(one)}</li>
        ))}
      </ul>
      <Button
        variant="quiet"
        icon={<Undo2 size={14} aria-hidden />}
        onClick={() => undoChange(token)}
        testId={testid.changeUndo}
      >
        {t.mapping.undoChange}
      </Button>
      {entry.past.length > 1 && (
        <Button
          variant="quiet"
          icon={<RotateCcw size={14} aria-hidden />}
          onClick={() => startOver(token)}
          testId={testid.startOver}
        >
          {t.mapping.startOver}
        </Button>
      )}
    </div>
  );
}
