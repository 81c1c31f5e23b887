/** All keys, from the same list the app obeys. */

import { Keys } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { t } from '@/i18n';
import { ALL, type CommandGroup } from '@/lib/commands';
import { prefs, setPrefs } from '@/lib/prefs';
import { useStore } from '@/lib/store';
import { testid } from '@/lib/testids';

const GROUPS: readonly CommandGroup[] = ['go', 'view', 'table', 'reconcile', 'work', 'app'];

export function KeyHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { singleKeys } = useStore(prefs);
  return (
    <Dialog open={open} onClose={onClose} title={t.help.title} size="wide" testId={testid.help}>
      <div className="dialog-body">
        <div className="help-grid">
          {GROUPS.map((group) => (
            <section key={group}>
              <h3 className="eyebrow">{t.commandGroup[group]}</h3>
              {ALL.filter((c) => c.group === group && c.keys.length > 0).map((command) => (
                <div className="help-row" key={command.id}>
                  <span>{t.command[command.id]}</span>
                  <span className="row">
                    {command.keys.map((keys) => (
                      <Keys key={keys} keys={keys} />
                    ))}
                  </span>
                </div>
              ))}
            </section>
          ))}
        </div>
        <label className="row help-row switch-row">
          <span>
            {t.help.single}
            <br />
            <span className="small muted">{t.help.singleText}</span>
          </span>
          <input
            type="checkbox"
            className="switch"
            checked={singleKeys}
            onChange={(event) => setPrefs({ singleKeys: event.target.checked })}
          />
        </label>
      </div>
    </Dialog>
  );
}
