/**
 * The export dialog over any screen: `export=cdrs` in the address opens it for a list. On the CDR
 * explorer the CDRs are those that it shows.
 */

import { Dialog } from '@/components/Dialog';
import { t } from '@/i18n';
import { useCommand } from '@/lib/commands';
import { toCdrFilter } from '@/lib/filter/terms';
import { address, useAddress } from '@/lib/router';
import { useStore } from '@/lib/store';
import { testid } from '@/lib/testids';
import { readTerms } from '@/screens/cdrs/state';
import { ExportForm } from './ExportForm';
import { ExportOutcome } from './ExportOutcome';
import { ExportProgress } from './ExportProgress';
import { closeExport, exportRun, forgetExport, openExport } from './exportRun';
import { WHATS } from './request';

/** What an export of a screen is first. */
function usualOf(screen: string): string {
  return screen === 'settle' ? 'reconciliation_records' : 'cdrs';
}

export function ExportOverlay() {
  const here = useAddress();
  const run = useStore(exportRun);
  const what = WHATS.find((one) => one === here.params.export);
  useCommand('export', () => openExport(usualOf(address().screen)));
  if (!what) return null;
  const close = () => {
    forgetExport();
    closeExport();
  };
  const isFiltered = here.screen === 'cdrs' && what === 'cdrs';
  if (!run) {
    return (
      <ExportForm
        what={what}
        terms={isFiltered ? readTerms(here) : null}
        filter={isFiltered ? toCdrFilter(readTerms(here), here) : null}
        onClose={close}
      />
    );
  }
  return (
    <Dialog
      open
      onClose={close}
      title={t.exporting.titleOf(run)}
      size="wide"
      keepOutside={!run.over}
      testId={testid.exportDialog}
    >
      {run.over ? (
        <ExportOutcome over={run.over} onClose={close} />
      ) : (
        <ExportProgress job={run.job} onClose={closeExport} />
      )}
    </Dialog>
  );
}
