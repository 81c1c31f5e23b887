/** Whose clock the times of a file show. */

import { useState } from 'react';
import type { EvidenceDto } from '@/api/client';
import { Select } from '@/components/Select';
import { ZoneField } from '@/components/ZoneField';
import { t } from '@/i18n';
import { testid } from '@/lib/testids';
import { zoneOf } from '@/lib/zones';

interface ZoneSettingProps {
  evidence: EvidenceDto;
  /** The zone agreed with the partner. */
  ofPartner: string;
  onZone: (zone: string) => void;
}

const RULES = ['partner', 'in_text', 'by_column'];
const OTHER = 'other';

export function ZoneSetting({ evidence, ofPartner, onZone }: ZoneSettingProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const now = evidence.value === ofPartner ? 'partner' : evidence.value;
  const isFixed = !RULES.includes(now);
  const names = [
    ['partner', ofPartner ? t.mapping.zonePartner(ofPartner) : t.mapping.value('zone', 'partner')],
    ['in_text', t.mapping.value('zone', 'in_text')],
    ['by_column', t.mapping.value('zone', 'by_column')],
    ...(isFixed ? [[now, now] as const] : []),
    [OTHER, t.mapping.zoneOther],
  ] as const;
  const choose = (rule: string) => {
    setTyped(rule === OTHER ? '' : null);
    if (rule !== OTHER && rule !== now) onZone(rule);
  };
  return (
    <>
      <Select
        label={t.mapping.setting('zone')}
        value={typed === null ? now : OTHER}
        names={names}
        onValue={choose}
        testId={testid.setting('zone')}
      />
      {typed !== null && (
        <ZoneField
          typed={typed}
          now={ofPartner}
          onTyped={(text) => {
            const zone = zoneOf(text);
            setTyped(zone ? null : text);
            if (zone) onZone(zone);
          }}
          testId={testid.setting('zone-name')}
        />
      )}
    </>
  );
}
