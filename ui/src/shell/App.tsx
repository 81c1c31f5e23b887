/** The app: rail, the screen of the address, tray, toasts, palette and key help. */

import { FlaskConical } from 'lucide-react';
import { useEffect, useLayoutEffect, useState } from 'react';
import { api, onFiles, onJob } from '@/api/client';
import { ErrorBoundary } from '@/components/ErrorBoundary';
import { ProblemPanel } from '@/components/ProblemPanel';
import { t } from '@/i18n';
import { type Book, BookProvider, useBook, useOpenBook } from '@/lib/book';
import { copyText } from '@/lib/clipboard';
import { useCommand } from '@/lib/commands';
import { applyJob, forget, isOver } from '@/lib/jobs';
import { listenForKeys } from '@/lib/keys';
import { applyPrefs, prefs, setPrefs } from '@/lib/prefs';
import { changedTopics, decisionsChanged } from '@/lib/query';
import { address, navigate, type Screen, useAddress } from '@/lib/router';
import { testid } from '@/lib/testids';
import { latestUndo } from '@/lib/toasts';
import { AuditScreen } from '@/screens/audit/AuditScreen';
import { ExplorerScreen } from '@/screens/cdrs/ExplorerScreen';
import { ConnectOverlay } from '@/screens/connect/ConnectOverlay';
import { ExportOverlay } from '@/screens/export/ExportOverlay';
import { HomeScreen } from '@/screens/home/HomeScreen';
import { ImportScreen } from '@/screens/import/ImportScreen';
import { takeFiles } from '@/screens/import/queue';
import { PartnerOverlay } from '@/screens/partners/PartnerOverlay';
import { PartnersScreen } from '@/screens/partners/PartnersScreen';
import { ReconcileScreen } from '@/screens/reconcile/ReconcileScreen';
import { SettleScreen } from '@/screens/settle/SettleScreen';
import { KeyHelp } from './KeyHelp';
import { nearMonth } from './months';
import { Palette } from './Palette';
import { Rail } from './Rail';
import { Toasts } from './Toasts';
import { Tray } from './Tray';

export function App() {
  const { book, problem, reload } = useOpenBook();
  useEffect(applyPrefs, []);
  // Before the first paint: a key pressed on what is seen must count.
  useLayoutEffect(listenForKeys, []);
  useEffect(listenToCore, []);
  if (problem && !book) {
    return (
      <div className="page">
        <ProblemPanel problem={problem} onRetry={reload} />
      </div>
    );
  }
  if (!book) return <div className="app" aria-busy="true" />;
  return (
    <BookProvider book={book}>
      <Frame book={book} />
    </BookProvider>
  );
}

/** Work that changes nothing in the book. */
const LOOKS_ONLY: ReadonlySet<string> = new Set([
  'check',
  'infer',
  'connect',
  'export',
  'proposal',
]);

/** Job reports, dropped files, and jobs that were running before this page was loaded. */
function listenToCore(): () => void {
  const stopJobs = onJob((state) => {
    applyJob(state);
    if (!isOver(state)) return;
    if (!LOOKS_ONLY.has(state.kind)) {
      decisionsChanged();
      changedTopics('book', 'imports', 'connection');
    }
    // The wizard says itself how trying a connection ended.
    if (state.state === 'finished' || state.kind === 'connect') forget(state.id);
  });
  const stopFiles = onFiles((files) => {
    takeFiles(files);
    navigate({ screen: 'import' });
  });
  api
    .jobs()
    .then((running) => running.filter((job) => !isOver(job)).forEach(applyJob))
    .catch(() => {
      // Nothing is running that we could show.
    });
  return () => {
    stopJobs();
    stopFiles();
  };
}

function Frame({ book }: { book: Book }) {
  const here = useAddress();
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  useStartMonth(book);
  useAppCommands();
  useCommand('palette', () => setPalette((open) => !open));
  useCommand('help', () => setHelp(true));
  return (
    <div className="app" data-testid={testid.app} data-screen={here.screen}>
      {book.info.demo && (
        <div className="demo" data-testid={testid.demoBanner}>
          <FlaskConical size={14} aria-hidden />
          {t.shell.demo}
        </div>
      )}
      <Rail />
      <main className="main">
        <ErrorBoundary name={here.screen}>
          <ScreenOf screen={here.screen} />
        </ErrorBoundary>
      </main>
      <Tray />
      <Toasts />
      <PartnerOverlay />
      <ConnectOverlay />
      <ExportOverlay />
      <Palette open={palette} onClose={() => setPalette(false)} />
      <KeyHelp open={help} onClose={() => setHelp(false)} />
    </div>
  );
}

function ScreenOf({ screen }: { screen: Screen }) {
  switch (screen) {
    case 'home':
      return <HomeScreen />;
    case 'import':
      return <ImportScreen />;
    case 'cdrs':
      return <ExplorerScreen />;
    case 'reconcile':
      return <ReconcileScreen />;
    case 'settle':
      return <SettleScreen />;
    case 'partners':
      return <PartnersScreen />;
    case 'audit':
      return <AuditScreen />;
  }
}

/** A fresh start shows the newest month; an address that was opened says itself what it shows. */
function useStartMonth(book: Book): void {
  const newest = book.info.months[0];
  useEffect(() => {
    if (window.location.hash === '' && newest) navigate({ month: newest }, true);
  }, [newest]);
}

function useAppCommands(): void {
  const { info } = useBook();
  const go = (screen: Screen) => () => navigate({ screen });
  const step = (by: -1 | 1) => () => {
    const month = nearMonth(info.months, address().month, by);
    if (month) navigate({ month });
  };
  useCommand('go.home', go('home'));
  useCommand('go.import', go('import'));
  useCommand('go.cdrs', go('cdrs'));
  useCommand('go.reconcile', go('reconcile'));
  useCommand('go.settle', go('settle'));
  useCommand('go.partners', go('partners'));
  useCommand('go.audit', go('audit'));
  useCommand('month.previous', step(-1));
  useCommand('month.next', step(1));
  useCommand('copy.address', () => void copyText(window.location.hash));
  useCommand('theme.light', () => setPrefs({ theme: 'light' }));
  useCommand('theme.dark', () => setPrefs({ theme: 'dark' }));
  useCommand('theme.system', () => setPrefs({ theme: 'system' }));
  useCommand('density.toggle', () =>
    setPrefs({ density: prefs.get().density === 'compact' ? 'comfortable' : 'compact' }),
  );
  useCommand('undo', () => latestUndo()?.());
}
