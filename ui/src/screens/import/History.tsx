/** Imports so far; one opens to show what was odd about it. */

import { FileDown, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { api, type ImportSummary } from '@/api/client';
import { IconButton } from '@/components/Button';
import { Badge, type Tone } from '@/components/Status';
import { t } from '@/i18n';
import { formatCount, formatMoney } from '@/lib/decimal';
import { useQuery } from '@/lib/query';
import { testid } from '@/lib/testids';
import { formatInstant } from '@/lib/time';
import { Rejected } from './mapping/Rejected';
import { SavedRejects, saveRejects } from './mapping/SaveRejects';
import { Odd } from './Outcome';
import { UndoImportDialog } from './UndoImportDialog';

const TONES: Record<string, Tone> = {
  finished: 'good',
  cancelled: 'warn',
  failed: 'bad',
  interrupted: 'warn',
  undone: 'neutral',
};

export function History() {
  const imports = useQuery('imports', 'list', api.imports);
  const [open, setOpen] = useState<number | null>(null);
  const [saved, setSaved] = useState<ImportSummary | null>(null);
  const [undo, setUndo] = useState<ImportSummary | null>(null);
  if (!imports.data) return null;
  const names = t.import.historyColumns;
  const shown = imports.data.find((one) => one.id === open)?.result;
  return (
    <>
      <section className="card">
        <h3 className="card-title">{t.import.history}</h3>
        {imports.data.length === 0 ? (
          <p className="card-text muted">{t.import.historyEmpty}</p>
        ) : (
          <div className="wide-table">
            <table className="plain-table">
              <thead>
                <tr>
                  <th>{names.file}</th>
                  <th>{names.at}</th>
                  <th>{names.what}</th>
                  <th className="num">{names.fresh}</th>
                  <th className="num">{names.known}</th>
                  <th className="num">{names.corrections}</th>
                  <th className="num">{names.rejected}</th>
                  <th className="num">{names.net}</th>
                  <th />
                </tr>
              </thead>
              <tbody>
                {imports.data.slice(0, 50).map((one) => (
                  <Line
                    key={one.id}
                    summary={one}
                    open={open === one.id}
                    onOpen={() => setOpen(open === one.id ? null : one.id)}
                    onUndo={() => setUndo(one)}
                    onSave={() => {
                      setSaved(one);
                      void saveRejects(one.id);
                    }}
                  />
                ))}
              </tbody>
            </table>
          </div>
        )}
        {saved && saved.id !== open && <SavedRejects id={saved.id} format={saved.result.format} />}
      </section>
      {open !== null && shown && <Rejected id={open} result={shown} />}
      {open !== null && <Odd id={open} apart={shown?.groups} />}
      {undo && <UndoImportDialog summary={undo} onClose={() => setUndo(null)} />}
    </>
  );
}

interface LineProps {
  summary: ImportSummary;
  open: boolean;
  onOpen: () => void;
  onUndo: () => void;
  onSave: () => void;
}

function Line({ summary, open, onOpen, onUndo, onSave }: LineProps) {
  const { result } = summary;
  const repaired = result.repaired ?? 0;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <tr data-testid={testid.importHistoryRow} data-import={summary.id}>
      <td className="cell-id">
        <button
          type="button"
          className="btn-link truncate"
          aria-expanded={open}
          title={summary.sha256}
          onClick={onOpen}
        >
          {result.file}
        </button>
      </td>
      <td className="nowrap muted">{formatInstant(summary.at, zone)}</td>
      <td className="muted">{(t.kind as Record<string, string>)[result.kind] ?? result.kind}</td>
      <td className="num">{formatCount(result.new)}</td>
      <td className="num muted">{formatCount(result.known)}</td>
      <td className="num muted">{formatCount(result.corrections)}</td>
      <td className="num">
        <span className={result.rejected > 0 ? 'costs' : 'muted'}>
          {formatCount(result.rejected)}
        </span>
        {repaired > 0 && (
          <span className="repaired" data-testid={testid.rejectsRepaired}>
            {t.mapping.repaired(repaired, result.rejected)}
          </span>
        )}
      </td>
      <td className="num">
        {result.totals
          .map((sum) => formatMoney({ amount: sum.excl_vat, currency: sum.currency }))
          .join(' · ')}
      </td>
      <td>
        <span className="import-state">
          <Badge tone={TONES[result.state] ?? 'neutral'}>
            {t.import.states[result.state] ?? result.state}
          </Badge>
          {result.rejected > 0 && result.state !== 'undone' && (
            <IconButton
              label={t.mapping.saveRejects}
              icon={<FileDown size={14} aria-hidden />}
              onClick={onSave}
              testId={testid.historySave}
            />
          )}
          {result.state !== 'undone' && (
            <IconButton
              label={t.import.undo}
              icon={<Undo2 size={14} aria-hidden />}
              onClick={onUndo}
              testId={testid.importUndo}
            />
          )}
        </span>
      </td>
    </tr>
  );
}
