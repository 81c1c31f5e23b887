/** Tokens cannot be read or kept: what that means, and the passphrase that changes it. */

import { LockKeyhole } from 'lucide-react';
import { useId, useState } from 'react';
import { api, asProblem, type VaultDto } from '@/api/client';
import { Button } from '@/components/Button';
import { t } from '@/i18n';
import { problemText } from '@/i18n/problems.en';
import { changedTopics } from '@/lib/query';
import { testid } from '@/lib/testids';

type Place = 'file' | 'new_file' | 'none';

function placeOf(vault: VaultDto): Place {
  return vault.place === 'file' || vault.place === 'new_file' ? vault.place : 'none';
}

/** Shows nothing while the tokens are at hand. */
export function VaultCallout({ vault }: { vault: VaultDto | undefined }) {
  if (!vault || vault.open) return null;
  const place = placeOf(vault);
  const text = t.vault[place];
  return (
    <section className="callout tone-warn vault" data-testid={testid.vault} data-place={place}>
      <LockKeyhole size={17} aria-hidden />
      <div className="stack grow">
        <div>
          <h3>{text.title}</h3>
          <p>{text.text}</p>
        </div>
        {place !== 'none' && <Unlock fresh={place === 'new_file'} act={text.act} />}
      </div>
    </section>
  );
}

function Unlock({ fresh, act }: { fresh: boolean; act: string }) {
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState('');
  const ready = passphrase !== '' && (!fresh || again !== '') && !busy;
  const open = async () => {
    if (fresh && passphrase !== again) {
      setSaid(t.vault.different);
      return;
    }
    setBusy(true);
    setSaid('');
    try {
      await api.openVault(passphrase);
      changedTopics('connection');
    } catch (thrown) {
      const { code } = asProblem(thrown);
      setSaid(code === 'secrets' && !fresh ? t.vault.wrong : problemText(code).happened);
      setPassphrase('');
      setAgain('');
      setBusy(false);
    }
  };
  return (
    <form
      className="row row-wrap vault-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void open();
      }}
    >
      <Secret
        name={t.vault.passphrase}
        value={passphrase}
        onValue={setPassphrase}
        testId={testid.vaultPassphrase}
      />
      {fresh && (
        <Secret name={t.vault.again} value={again} onValue={setAgain} testId={testid.vaultAgain} />
      )}
      <Button type="submit" disabled={!ready} testId={testid.vaultOpen}>
        {act}
      </Button>
      {said && (
        <p className="costs vault-said" role="alert">
          {said}
        </p>
      )}
    </form>
  );
}

interface SecretProps {
  name: string;
  value: string;
  onValue: (value: string) => void;
  testId: string;
}

function Secret({ name, value, onValue, testId }: SecretProps) {
  const id = useId();
  return (
    <label className="field" htmlFor={id}>
      <span>{name}</span>
      <input
        id={id}
        className="input"
        type="password"
        autoComplete="off"
        value={value}
        data-testid={testId}
        onChange={(event) => onValue(event.target.value)}
      />
    </label>
  );
}
