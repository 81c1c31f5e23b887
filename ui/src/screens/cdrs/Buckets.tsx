/** The statuses as switches with their counts, under the rest of the filter; and kept views. */

import { Bookmark } from 'lucide-react';
import { api, BUCKETS, type CdrFilter } from '@/api/client';
import { Menu } from '@/components/Menu';
import { BUCKET_LOOK } from '@/components/Status';
import { t } from '@/i18n';
import { formatCount } from '@/lib/decimal';
import { parseFilter } from '@/lib/filter/parse';
import { type Term, toggleTerm } from '@/lib/filter/terms';
import { useQuery } from '@/lib/query';
import { useAddress } from '@/lib/router';
import { testid } from '@/lib/testids';
import { goToTerms, readTerms } from './state';

const VIEWS: readonly { id: keyof typeof t.explorer.views; sentence: string }[] = [
  { id: 'all', sentence: '' },
  { id: 'differs', sentence: 'differs' },
  { id: 'needs_tariff', sentence: 'needs-tariff' },
  { id: 'missing_session', sentence: 'missing-session' },
  { id: 'duplicate', sentence: 'duplicate' },
  { id: 'zero', sentence: 'kwh=0' },
  { id: 'long', sentence: 'longer:24' },
  { id: 'credit', sentence: 'credit' },
];

export function Buckets({ filter }: { filter: CdrFilter }) {
  const here = useAddress();
  const terms = readTerms(here);
  const under: CdrFilter = { ...filter, buckets: [] };
  const facets = useQuery('board', JSON.stringify(under), () => api.facets(under));
  const counts = new Map(facets.data?.buckets.map((facet) => [facet.value, facet.count]) ?? []);
  const shown = BUCKETS.filter(
    (bucket) => (counts.get(bucket) ?? 0) > 0 || filter.buckets.includes(bucket),
  );
  return (
    <div className="buckets">
      {shown.map((bucket) => {
        const { icon: Icon, tone } = BUCKET_LOOK[bucket];
        const term: Term = { kind: 'bucket', value: bucket };
        return (
          <button
            key={bucket}
            type="button"
            className="chip chip-button"
            aria-pressed={filter.buckets.includes(bucket)}
            data-testid={testid.bucketSwitch(bucket)}
            onClick={() => goToTerms(toggleTerm(terms, term))}
          >
            <span className={`tone-text-${tone}`}>
              <Icon size={13} strokeWidth={2.2} aria-hidden />
            </span>
            {t.bucket[bucket]}
            <span className="faint">{formatCount(counts.get(bucket) ?? 0)}</span>
          </button>
        );
      })}
      <span className="grow" />
      <Menu
        label={t.explorer.views.all}
        className="btn btn-quiet btn-icon"
        placement="bottom end"
        groups={[
          {
            id: 'views',
            choices: VIEWS.map((view) => ({
              id: view.id,
              text: t.explorer.views[view.id],
              onChoose: () => goToTerms(parseFilter(view.sentence).terms),
            })),
          },
        ]}
      >
        <Bookmark size={15} aria-hidden />
      </Menu>
    </div>
  );
}
