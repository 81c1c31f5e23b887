/** What the meter signed of a CDR, and whether the signature holds. */

import type { SignedDto } from '@/api/client';
import { Badge, type Tone } from '@/components/Status';
import { t } from '@/i18n';
import { testid } from '@/lib/testids';

const TONES: Record<string, Tone> = { verified: 'good', not_verified: 'bad', key_unknown: 'warn' };

export function SignedMeter({ signed }: { signed: SignedDto }) {
  const { verdict, begin_kwh: begin, end_kwh: end, energy_kwh: energy } = signed;
  const read = begin !== null && end !== null && energy !== null;
  return (
    <div className="stack" data-testid={testid.signedMeter} data-verdict={verdict}>
      <p className="row">
        <Badge tone={TONES[verdict] ?? 'neutral'}>
          {t.detail.signedVerdict[verdict] ?? verdict}
        </Badge>
        <span className="muted">{signed.method}</span>
      </p>
      {verdict === 'verified' ? (
        <p className="small muted">{t.detail.signedKey}</p>
      ) : (
        <p className="small muted">{signed.text}</p>
      )}
      {read && <p className="small">{t.detail.signedReadings(begin, end, energy)}</p>}
      {read &&
        (signed.differs_kwh === null ? (
          <p className="small">{t.detail.signedEqual}</p>
        ) : (
          <p className="small tone-text-warn">{t.detail.signedDiffers(signed.differs_kwh)}</p>
        ))}
    </div>
  );
}
