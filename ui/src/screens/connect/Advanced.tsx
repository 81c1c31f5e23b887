/** What few connections need: the version, exceptions by the user's word, addresses by hand. */

import { LISTS } from '@/api/client';
import { Select } from '@/components/Select';
import { t } from '@/i18n';
import { testid } from '@/lib/testids';
import type { PatchProps } from './AddressStep';
import { SENT_AS, VERSIONS } from './draft';
import { TextField, Tick } from './Fields';

export function Advanced({ draft, onPatch }: PatchProps) {
  return (
    <details className="advanced">
      <summary data-testid={testid.wizardAdvanced}>{t.connect.advanced}</summary>
      <div className="stack advanced-body">
        <div className="form-grid">
          <div className="field">
            <span>{t.connect.version}</span>
            <Select
              label={t.connect.version}
              value={draft.version}
              names={[['', t.connect.versionAuto], ...VERSIONS.map((one) => [one, one] as const)]}
              onValue={(version) => onPatch({ version })}
              testId={testid.wizardVersion}
            />
          </div>
          <div className="field">
            <span>{t.connect.sentAs}</span>
            <Select
              label={t.connect.sentAs}
              value={draft.sentAs}
              names={SENT_AS.map((one) => [one, t.connect.sentAsText(one)])}
              onValue={(sentAs) => onPatch({ sentAs })}
              testId={testid.wizardSentAs}
            />
          </div>
          <Tick
            label={t.connect.plainHttp}
            text={t.connect.plainHttpText}
            checked={draft.plainHttp}
            onChecked={(plainHttp) => onPatch({ plainHttp })}
            risky
            testId={testid.wizardPlainHttp}
          />
          <Tick
            label={t.connect.inside}
            text={t.connect.insideText}
            checked={draft.inside}
            onChecked={(inside) => onPatch({ inside })}
            testId={testid.wizardInside}
          />
          <TextField
            label={t.connect.besides}
            hint={t.connect.besidesHint}
            value={draft.besides}
            lines={3}
            onValue={(besides) => onPatch({ besides })}
            testId={testid.wizardBesides}
          />
          <TextField
            label={t.connect.authority}
            hint={t.connect.authorityHint}
            value={draft.authority}
            lines={3}
            onValue={(authority) => onPatch({ authority })}
            testId={testid.wizardAuthority}
          />
        </div>
        <ByHand draft={draft} onPatch={onPatch} />
      </div>
    </details>
  );
}

function ByHand({ draft, onPatch }: PatchProps) {
  const given = LISTS.some((list) => draft.lists[list]?.trim());
  return (
    <fieldset className="stack plain-fieldset by-hand">
      <legend className="field-label">{t.connect.byHand}</legend>
      <p className={`small ${given && draft.version === '' ? 'tone-text-warn' : 'muted'}`}>
        {t.connect.byHandText}
      </p>
      {LISTS.map((list) => (
        <label key={list} className="by-hand-row">
          <span className="small muted">{t.connect.list(list)}</span>
          <input
            className="input"
            value={draft.lists[list] ?? ''}
            spellCheck={false}
            autoComplete="off"
            data-testid={testid.wizardList(list)}
            onChange={(event) => onPatch({ lists: { ...draft.lists, [list]: event.target.value } })}
          />
        </label>
      ))}
    </fieldset>
  );
}
