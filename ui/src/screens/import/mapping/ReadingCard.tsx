/** How a spreadsheet is read: in one line where a template fits, whole when asked. */

import { TableProperties, TriangleAlert } from 'lucide-react';
import { useId, useState } from 'react';
import type { ImportPreview, SheetPreview } from '@/api/client';
import { Button } from '@/components/Button';
import { t } from '@/i18n';
import { testid } from '@/lib/testids';
import type { Entry } from '../queue';
import { ColumnsTable } from './ColumnsTable';
import { OtherGuesses } from './OtherGuesses';
import { RawGrid } from './RawGrid';
import { Settings } from './Settings';
import { TemplateMenu } from './TemplateMenu';

interface ReadingCardProps {
  entry: Entry;
  preview: ImportPreview;
  sheet: SheetPreview;
}

export function ReadingCard({ entry, preview, sheet }: ReadingCardProps) {
  const [wanted, setWanted] = useState<boolean | null>(null);
  const body = useId();
  const { template } = sheet;
  const isKnown = template !== null || sheet.continues !== null;
  const isOpen = wanted ?? !(isKnown && sheet.has_records && sheet.questions.length === 0);
  const { token } = entry.file;
  const drift = template ? t.mapping.drifted(template.new_columns, template.gone_columns) : '';
  return (
    <section className="card" data-testid={testid.reading}>
      <header className="reading-head">
        <TableProperties size={18} className="faint" aria-hidden />
        <div className="grow">
          <h3>{t.mapping.title}</h3>
          <p className="muted">{howRead(sheet)}</p>
          {drift && <p className="small tone-text-warn">{drift}</p>}
        </div>
        <TemplateMenu token={token} sheet={sheet} />
        <Button
          aria-expanded={isOpen}
          aria-controls={body}
          onClick={() => setWanted(!isOpen)}
          testId={testid.readingToggle}
        >
          {isOpen ? t.mapping.hide : t.mapping.show}
        </Button>
      </header>
      {!sheet.has_records && (
        <p className="callout tone-warn row reading-note" role="status">
          <TriangleAlert size={16} aria-hidden />
          {t.mapping.noRecords}
        </p>
      )}
      {isOpen && (
        <div className="reading-body" id={body}>
          <Settings token={token} preview={preview} sheet={sheet} said={entry.reading.changes} />
          <RawGrid sheet={sheet} />
          <ColumnsTable token={token} columns={preview.columns} sheet={sheet} />
          <OtherGuesses preview={preview} />
        </div>
      )}
    </section>
  );
}

function howRead({ template, continues }: SheetPreview): string {
  if (continues) return t.mapping.byImport;
  return template ? t.mapping.byTemplate(template.name, template.version) : t.mapping.byLooks;
}
