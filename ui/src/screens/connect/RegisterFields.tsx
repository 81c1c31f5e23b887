/** How the partner reaches us while tokens are exchanged. */

import { t } from '@/i18n';
import { testid } from '@/lib/testids';
import { TextField } from './Fields';

export interface RegisterFieldsProps {
  ourUrl: string;
  listen: string;
  onOurUrl: (url: string) => void;
  onListen: (address: string) => void;
  autoFocus?: boolean;
}

export function RegisterFields(props: RegisterFieldsProps) {
  return (
    <div className="register-fields">
      <TextField
        label={t.connect.ourUrl}
        hint={t.connect.ourUrlHint}
        value={props.ourUrl}
        autoFocus={props.autoFocus}
        onValue={props.onOurUrl}
        testId={testid.wizardOurUrl}
      />
      <TextField
        label={t.connect.listen}
        hint={t.connect.listenHint}
        value={props.listen}
        onValue={props.onListen}
        testId={testid.wizardListen}
      />
    </div>
  );
}
