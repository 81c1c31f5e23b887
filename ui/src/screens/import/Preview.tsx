/** What a file holds and what importing it would do, before anything is stored. */

import { FileSpreadsheet, FileText, Link2, LoaderCircle, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { ImportPreview } from '@/api/client';
import { Button } from '@/components/Button';
import { Menu } from '@/components/Menu';
import { Badge } from '@/components/Status';
import { t } from '@/i18n';
import { useBook } from '@/lib/book';
import { useCommand } from '@/lib/commands';
import { testid } from '@/lib/testids';
import { PartnerDialog } from '../partners/PartnerDialog';
import { Changes } from './mapping/Changes';
import { KeepTemplate } from './mapping/KeepTemplate';
import { Questions } from './mapping/Questions';
import { ReadingCard } from './mapping/ReadingCard';
import { RejectGroups } from './mapping/RejectGroups';
import { Review, reasonsOf, reasonsOfRows, unmade } from './mapping/Review';
import { PreviewRows } from './PreviewRows';
import { blockedBy, choosePartner, consequenceOf, type Entry, leave, runImport } from './queue';

interface PreviewProps {
  entry: Entry;
  preview: ImportPreview;
}

export function Preview({ entry, preview }: PreviewProps) {
  const { sheet, needs_partner } = preview;
  const asks = !needs_partner && sheet !== null && sheet.questions.length > 0;
  return (
    <>
      {asks && <Questions token={entry.file.token} preview={preview} sheet={sheet} />}
      <section className="card import-card">
        <FileHead entry={entry} preview={preview} />
        <Changes entry={entry} />
        {blockedBy(preview) === null && <KeepTemplate entry={entry} />}
        <Consequence entry={entry} preview={preview} />
      </section>
      <Unreadable entry={entry} preview={preview} />
      {sheet && <ReadingCard entry={entry} preview={preview} sheet={sheet} />}
      {preview.rows.length > 0 && <PreviewRows preview={preview} />}
    </>
  );
}

/** What importing would do, or why it cannot be done yet; the button that does it. */
function Consequence({ entry, preview }: PreviewProps) {
  const { token } = entry.file;
  const { check } = entry;
  const running = entry.step === 'running';
  const blocked = blockedBy(preview);
  const ready = check !== null && !running && blocked === null;
  useCommand('import.run', () => void runImport(token), ready);
  return (
    <div className="consequence">
      <div className="grow" aria-live="polite">
        {blocked !== null && (
          <p className="row blocked" data-testid={testid.importBlocked}>
            <TriangleAlert size={16} className="tone-text-warn" aria-hidden />
            {blocked}
          </p>
        )}
        {blocked === null && !check && !entry.problem && (
          <p className="row muted">
            <LoaderCircle size={15} className="spin" aria-hidden />
            {t.import.checking}
          </p>
        )}
        {check && (
          <p className="consequence-line" data-testid={testid.importConsequence}>
            {consequenceOf(check)}
          </p>
        )}
      </div>
      <Button onClick={() => leave(token)} disabled={running} testId={testid.importDiscard}>
        {t.import.discard}
      </Button>
      <Button
        variant="primary"
        disabled={!ready}
        keys="Mod+Enter"
        onClick={() => void runImport(token)}
        testId={testid.importRun}
      >
        {check ? t.import.run(check.new, check.corrections) : t.import.title}
      </Button>
    </div>
  );
}

/** What cannot be read, by kind: of the whole file once it is counted. */
function Unreadable({ entry, preview }: PreviewProps) {
  const groups = entry.check?.groups ?? [];
  const errors = groups.filter((group) => !unmade(group.code));
  const reasons = entry.check ? reasonsOf(groups) : reasonsOfRows(preview.rows);
  return (
    <>
      {errors.length > 0 && (
        <section className="card">
          <header className="card-head">
            <div>
              <h3>{t.mapping.errors}</h3>
              <p className="muted small">{t.mapping.errorsText}</p>
            </div>
          </header>
          <RejectGroups groups={errors} columns={preview.columns} token={entry.file.token} />
        </section>
      )}
      {reasons.length > 0 && <Review reasons={reasons} rejects={entry.check?.rejects ?? []} />}
    </>
  );
}

function FileHead({ entry, preview }: PreviewProps) {
  const { info } = useBook();
  const sheet = preview.columns.length > 0;
  const Icon = sheet ? FileSpreadsheet : FileText;
  const [adding, setAdding] = useState(false);
  const chosen = preview.partner ?? info.partners.find((p) => p.key === entry.partner) ?? null;
  return (
    <header className="row import-head">
      <span className="empty-icon import-icon">
        <Icon size={20} strokeWidth={1.7} aria-hidden />
      </span>
      <div className="grow">
        <h2 className="truncate" title={entry.file.name}>
          {entry.file.name}
        </h2>
        <p className="muted">
          {[
            (t.kind as Record<string, string>)[preview.kind] ?? preview.kind,
            t.format(preview.format),
            preview.ocpi ? `OCPI ${preview.ocpi}` : null,
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
        {preview.sheet?.continues && (
          <p className="row tone-text-good small" data-testid={testid.continues}>
            <Link2 size={14} aria-hidden />
            {t.mapping.continues(preview.sheet.continues.import, preview.sheet.continues.file)}
          </p>
        )}
      </div>
      {preview.needs_partner || sheet ? (
        <Menu
          label={t.import.partner}
          className="btn btn-plain"
          testId={testid.importPartner}
          arrow
          placement="bottom end"
          groups={[
            {
              id: 'partners',
              choices: info.partners.map((partner) => ({
                id: partner.key,
                text: partner.name,
                hint: partner.key,
                current: partner.key === chosen?.key,
                testId: testid.partnerOption(partner.key),
                onChoose: () => choosePartner(entry.file.token, partner.key),
              })),
            },
            {
              id: 'new',
              choices: [
                {
                  id: 'new-partner',
                  text: t.partner.new,
                  testId: testid.partnerNew,
                  onChoose: () => setAdding(true),
                },
              ],
            },
          ]}
        >
          {chosen ? chosen.name : t.import.choosePartner}
        </Menu>
      ) : (
        chosen && <Badge tone="neutral">{chosen.name}</Badge>
      )}
      {adding && (
        <PartnerDialog
          partner={null}
          onClose={() => setAdding(false)}
          onSaved={(partner) => choosePartner(entry.file.token, partner.key)}
        />
      )}
    </header>
  );
}
