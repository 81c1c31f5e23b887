/** What can be supposed: another version of the tariff, another time zone, other readings. */

import { useId } from 'react';
import { api, type CdrDetail, type TariffVersionDto } from '@/api/client';
import { ZoneField } from '@/components/ZoneField';
import { t } from '@/i18n';
import { useQuery } from '@/lib/query';
import { testid } from '@/lib/testids';
import { formatDate } from '@/lib/time';
import { ReadingRows } from './ReadingRows';
import type { Supposition } from './supposition';

export interface WhatIfFieldsProps {
  detail: CdrDetail;
  supposed: Supposition;
  onSupposed: (supposed: Supposition) => void;
}

export function WhatIfFields({ detail, supposed, onSupposed }: WhatIfFieldsProps) {
  const switches = useQuery('book', 'switches', api.switches);
  return (
    <div className="whatif-fields">
      <VersionField
        row={detail.row.row}
        without={detail.kept ? t.whatif.asAgreed : t.whatif.asNow}
        value={supposed.tariff}
        onValue={(tariff) => onSupposed({ ...supposed, tariff })}
      />
      <ZoneField
        typed={supposed.zone}
        now={detail.time_zone}
        onTyped={(zone) => onSupposed({ ...supposed, zone })}
        testId={testid.whatifZone}
      />
      <ReadingRows
        readings={supposed.readings}
        switches={switches.data ?? []}
        onReadings={(readings) => onSupposed({ ...supposed, readings })}
      />
    </div>
  );
}

function versionText(version: TariffVersionDto): string {
  const date = (at: string | null) => (at === null ? null : formatDate(at));
  return t.whatif.version(
    version.id,
    date(version.updated_at),
    date(version.valid_from),
    date(version.valid_until),
  );
}

interface VersionFieldProps {
  row: number;
  /** What no version stands for. */
  without: string;
  value: number | null;
  onValue: (row: number | null) => void;
}

function VersionField({ row, without, value, onValue }: VersionFieldProps) {
  const id = useId();
  const versions = useQuery('cdr', String(row), () => api.whatifVersions(row));
  const known = versions.data ?? [];
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {t.whatif.tariff}
      </label>
      <select
        id={id}
        className="input"
        value={value ?? ''}
        onChange={(event) => {
          const next = event.target.value;
          onValue(next === '' ? null : Number(next));
        }}
        data-testid={testid.whatifTariff}
      >
        <option value="">{without}</option>
        {value !== null && known.every((version) => version.row !== value) && (
          <option value={value}>{t.whatif.otherVersion}</option>
        )}
        {known.map((version) => (
          <option key={version.row} value={version.row}>
            {versionText(version)}
          </option>
        ))}
      </select>
    </div>
  );
}
