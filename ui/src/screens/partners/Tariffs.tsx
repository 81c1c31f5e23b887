/** The tariffs of a partner: what each charges in few words, and whether something is wrong. */

import { Tags, TriangleAlert } from 'lucide-react';
import { api, type PartnerDto, type TariffSummary } from '@/api/client';
import { ChooseFiles } from '@/components/ChooseFiles';
import { EmptyState } from '@/components/EmptyState';
import { ProblemPanel } from '@/components/ProblemPanel';
import { Badge } from '@/components/Status';
import { t } from '@/i18n';
import { formatCount } from '@/lib/decimal';
import { useQuery } from '@/lib/query';
import { navigate } from '@/lib/router';
import { testid } from '@/lib/testids';
import { formatDay } from '@/lib/time';

export function Tariffs({ partner }: { partner: PartnerDto }) {
  const tariffs = useQuery('cdr', partner.key, () => api.tariffs(partner.key));
  const list = tariffs.data;
  if (tariffs.problem) return <ProblemPanel problem={tariffs.problem} onRetry={tariffs.reload} />;
  if (!list) return <p className="muted">{t.loading}</p>;
  if (list.length === 0) {
    return (
      <EmptyState
        icon={Tags}
        title={t.tariffs.emptyTitle}
        text={t.tariffs.emptyText}
        action={<ChooseFiles />}
      />
    );
  }
  return (
    <table className="plain-table tariff-table">
      <thead>
        <tr>
          <th>{t.tariffs.columns.id}</th>
          <th>{t.tariffs.columns.kind}</th>
          <th>{t.tariffs.columns.prices}</th>
          <th>{t.partner.currency}</th>
          <th className="num">{t.tariffs.columns.versions}</th>
          <th>{t.tariffs.columns.changed}</th>
          <th>{t.tariffs.columns.faults}</th>
        </tr>
      </thead>
      <tbody>
        {list.map((tariff) => (
          <Row key={tariff.id} tariff={tariff} partner={partner} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ tariff, partner }: { tariff: TariffSummary; partner: PartnerDto }) {
  const open = () => navigate({ params: { who: partner.key, tab: 'tariffs', tariff: tariff.id } });
  return (
    // The button inside is what the keyboard reaches; the row only makes it larger for the mouse.
    <tr onClick={open} data-testid={testid.tariffRow} data-id={tariff.id}>
      <td>
        <button type="button" className="btn-link truncate">
          {tariff.id}
        </button>
      </td>
      <td>{tariff.kind === null ? t.none : t.tariffs.kind(tariff.kind)}</td>
      <td>{tariff.prices || t.none}</td>
      <td>{tariff.currency}</td>
      <td className="num">{formatCount(tariff.versions)}</td>
      <td className="tariff-day">
        {tariff.updated_at === null ? t.none : formatDay(tariff.updated_at, partner.time_zone)}
      </td>
      <td>
        {tariff.faults > 0 ? (
          <Badge tone="warn" icon={TriangleAlert}>
            {t.tariffs.faults(tariff.faults)}
          </Badge>
        ) : (
          <span className="faint">{t.none}</span>
        )}
      </td>
    </tr>
  );
}
