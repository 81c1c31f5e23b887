/** What the meter signed of a CDR, and whether the signature holds. */

import { Check, CircleHelp, Info, type LucideIcon, OctagonAlert } from 'lucide-react';
import type { SignedDto } from '@/api/client';
import { Badge, type Tone } from '@/components/Status';
import { t } from '@/i18n';
import { testid } from '@/lib/testids';

const UNKNOWN = { tone: 'neutral', icon: Info } as const;
const LOOKS: Record<string, { tone: Tone; icon: LucideIcon }> = {
  verified: { tone: 'good', icon: Check },
  not_verified: { tone: 'bad', icon: OctagonAlert },
  key_unknown: { tone: 'warn', icon: CircleHelp },
};

/** The reason in a verdict's sentence, without the verdict, which stands beside it. */
function reason(text: string): string {
  const why = text.slice(text.indexOf(': ') + 1).trim();
  return `${why.charAt(0).toUpperCase()}${why.slice(1)}.`;
}

export function SignedMeter({ signed }: { signed: SignedDto }) {
  const { verdict, begin_kwh: begin, end_kwh: end, energy_kwh: energy } = signed;
  const look = LOOKS[verdict] ?? UNKNOWN;
  const read = begin !== null && end !== null && energy !== null;
  return (
    <div className="stack" data-testid={testid.signedMeter} data-verdict={verdict}>
      <p className="row">
        <Badge tone={look.tone} icon={look.icon}>
          {t.detail.signedVerdict[verdict] ?? verdict}
        </Badge>
        <span className="muted">{signed.method}</span>
      </p>
      {verdict === 'verified' ? (
        <p className="small muted">{t.detail.signedKey}</p>
      ) : (
        <p className="small muted">{reason(signed.text)}</p>
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
