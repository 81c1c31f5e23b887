/** Bring data in: drop or choose files, see what they become, import the good records. */

import { FileDown, FileUp, LoaderCircle } from 'lucide-react';
import { Button } from '@/components/Button';
import { ProblemPanel } from '@/components/ProblemPanel';
import { t } from '@/i18n';
import { useCommand } from '@/lib/commands';
import { useStore } from '@/lib/store';
import { testid } from '@/lib/testids';
import { ConnectDoor } from './ConnectDoor';
import { History } from './History';
import { Outcome } from './Outcome';
import { Preview } from './Preview';
import { chooseFiles, type Entry, leave, queue, showFile, undoChange } from './queue';

export function ImportScreen() {
  const { entries, current } = useStore(queue);
  const entry = entries.find((one) => one.file.token === current) ?? entries[0];
  useCommand('import.choose', () => void chooseFiles());
  return (
    <section className="screen" data-testid={testid.importScreen}>
      <header className="topbar">
        <h1>{t.import.title}</h1>
        <div className="topbar-tools">
          {entry && (
            <Button
              icon={<FileUp size={15} aria-hidden />}
              onClick={() => void chooseFiles()}
              testId={testid.importChoose}
            >
              {t.import.choose}
            </Button>
          )}
        </div>
      </header>
      <div className="page">
        <div className="page-inner">
          {entry ? (
            <>
              {entries.length > 1 && <Files entries={entries} current={entry} />}
              <Shown key={entry.file.token} entry={entry} />
            </>
          ) : (
            <div className="doors">
              <DropZone />
              <ConnectDoor />
            </div>
          )}
          <History />
        </div>
      </div>
    </section>
  );
}

function DropZone() {
  return (
    <div className="drop">
      <span className="empty-icon">
        <FileDown size={22} strokeWidth={1.7} aria-hidden />
      </span>
      <h2>{t.import.drop}</h2>
      <p className="muted">{t.import.dropText}</p>
      <Button variant="primary" onClick={() => void chooseFiles()} testId={testid.importChoose}>
        {t.import.choose}
      </Button>
    </div>
  );
}

function Files({ entries, current }: { entries: readonly Entry[]; current: Entry }) {
  return (
    <div className="file-tabs" role="tablist">
      {entries.map((entry) => (
        <button
          key={entry.file.token}
          type="button"
          role="tab"
          aria-selected={entry === current}
          className="file-tab"
          data-testid={testid.importFile}
          onClick={() => showFile(entry.file.token)}
        >
          {(entry.step === 'looking' || entry.step === 'running') && (
            <LoaderCircle size={13} className="spin" aria-hidden />
          )}
          <span className="truncate">{entry.file.name}</span>
        </button>
      ))}
    </div>
  );
}

function Shown({ entry }: { entry: Entry }) {
  if (entry.step === 'over') return <Outcome entry={entry} />;
  return (
    <>
      {entry.problem && <ProblemPanel problem={entry.problem} action={<WaysOut entry={entry} />} />}
      {!entry.preview && !entry.problem && (
        <p className="card looking row muted" role="status">
          <LoaderCircle size={16} className="spin" aria-hidden />
          {entry.file.name}: {t.import.looking}
        </p>
      )}
      {entry.preview && <Preview entry={entry} preview={entry.preview} />}
    </>
  );
}

/** What a person can do where a file cannot be read as it is. */
function WaysOut({ entry }: { entry: Entry }) {
  const { token } = entry.file;
  return (
    <>
      {entry.past.length > 0 && (
        <Button onClick={() => undoChange(token)} testId={testid.changeUndo}>
          {t.mapping.undoChange}
        </Button>
      )}
      <Button onClick={() => leave(token)}>{t.import.discard}</Button>
    </>
  );
}
