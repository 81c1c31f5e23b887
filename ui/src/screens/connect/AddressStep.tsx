/** Where the partner's server is and which token it gave. */

import { api, type ConnectionDto, type ConnectRequest } from '@/api/client';
import { Button } from '@/components/Button';
import { t } from '@/i18n';
import { useQuery } from '@/lib/query';
import { testid } from '@/lib/testids';
import { Advanced } from './Advanced';
import { type Draft, requestOf } from './draft';
import { TextField } from './Fields';
import { RegisterFields } from './RegisterFields';
import { TokenField } from './TokenField';
import { VaultCallout } from './VaultCallout';
import { WizardActions } from './WizardActions';

export interface AddressStepProps {
  connection: ConnectionDto;
  draft: Draft;
  onDraft: (draft: Draft) => void;
  onCheck: (request: ConnectRequest) => void;
  onClose: () => void;
}

export function AddressStep(props: AddressStepProps) {
  const { connection, draft, onDraft, onCheck, onClose } = props;
  const vault = useQuery('connection', 'vault', api.vault);
  const open = vault.data?.open === true;
  const request = requestOf(draft, connection.partner, connection.connected);
  const patch = (change: Partial<Draft>) => onDraft({ ...draft, ...change });
  return (
    <>
      <div className="wizard-page address-page">
        <VaultCallout vault={vault.data} />
        <form
          id="connect-address"
          className="stack wizard-form"
          autoComplete="off"
          onSubmit={(event) => {
            event.preventDefault();
            if (request && open) onCheck(request);
          }}
        >
          <TextField
            label={t.connect.url}
            hint={t.connect.urlHint}
            value={draft.url}
            autoFocus={!connection.connected}
            onValue={(url) => patch({ url })}
            testId={testid.wizardUrl}
          />
          <TokenField
            value={draft.token}
            hint={
              connection.connected && draft.kind === 'fixed'
                ? t.connect.tokenKept
                : t.connect.tokenHint
            }
            autoFocus={connection.connected}
            onValue={(token) => patch({ token })}
          />
          <Kind draft={draft} onPatch={patch} />
          <Advanced draft={draft} onPatch={patch} />
        </form>
        <Needed />
      </div>
      <WizardActions>
        <Button onClick={onClose} testId={testid.wizardCancel}>
          {t.cancel}
        </Button>
        <Button
          type="submit"
          form="connect-address"
          variant="primary"
          disabled={!request || !open}
          testId={testid.wizardNext}
        >
          {t.connect.check}
        </Button>
      </WizardActions>
    </>
  );
}

function Needed() {
  return (
    <aside className="needed">
      <h3>{t.connect.needed}</h3>
      <ul>
        {t.connect.neededTexts.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </aside>
  );
}

export interface PatchProps {
  draft: Draft;
  onPatch: (change: Partial<Draft>) => void;
}

function Kind({ draft, onPatch }: PatchProps) {
  return (
    <fieldset className="stack field plain-fieldset connect-kind">
      <legend className="field-label">{t.connect.kind}</legend>
      <div className="segmented">
        {(['fixed', 'register'] as const).map((kind) => (
          <button
            key={kind}
            type="button"
            aria-pressed={draft.kind === kind}
            data-testid={testid.wizardKind(kind)}
            onClick={() => onPatch({ kind })}
          >
            {t.connect.kinds[kind]}
          </button>
        ))}
      </div>
      <p className="small muted">{t.connect.kindText[draft.kind]}</p>
      {draft.kind === 'register' && (
        <RegisterFields
          ourUrl={draft.ourUrl}
          listen={draft.listen}
          onOurUrl={(ourUrl) => onPatch({ ourUrl })}
          onListen={(listen) => onPatch({ listen })}
        />
      )}
    </fieldset>
  );
}
