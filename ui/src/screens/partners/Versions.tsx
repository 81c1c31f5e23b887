/** The versions of a tariff, the newest first: since when, from where, and what they priced. */

import type { TariffVersionView, TariffView as WireTariff } from '@/api/client';
import { Badge } from '@/components/Status';
import { t } from '@/i18n';
import { testid } from '@/lib/testids';
import { formatDay } from '@/lib/time';

export interface VersionsProps {
  view: WireTariff;
  /** Handle of the version shown. */
  current: string;
  onChoose: (version: string) => void;
}

export function Versions({ view, current, onChoose }: VersionsProps) {
  return (
    <ol className="tariff-versions" aria-label={t.tariffs.versions}>
      {[...view.versions].reverse().map((one) => (
        <li key={one.version}>
          <button
            type="button"
            className="tariff-version"
            aria-current={one.version === current}
            data-testid={testid.tariffVersion}
            data-version={one.version}
            onClick={() => onChoose(one.version)}
          >
            <Content version={one} zone={view.time_zone} />
          </button>
        </li>
      ))}
    </ol>
  );
}

function Content({ version, zone }: { version: TariffVersionView; zone: string }) {
  const day = (at: string | null) => (at === null ? null : formatDay(at, zone));
  const changed = day(version.updated_at);
  const valid = t.tariffs.valid(day(version.valid_from), day(version.valid_until));
  return (
    <>
      <span className="row">
        <strong className="grow truncate">
          {(changed && t.tariffs.changedOn(changed)) || valid || t.tariffs.undated}
        </strong>
        <Badge tone={version.source === 'published' ? 'info' : 'neutral'}>
          {t.tariffs.source(version.source)}
        </Badge>
      </span>
      {changed && valid && <span className="small muted">{valid}</span>}
      <span className="small muted">
        {t.tariffs.priced(version.cdrs, version.more)}
        {version.used && ` · ${day(version.used[0])} – ${day(version.used[1])}`}
      </span>
    </>
  );
}
