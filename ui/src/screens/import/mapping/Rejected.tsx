/** After an import: what could not be read, by kind, and the way to repair it. */

import type { ImportResult } from '@/api/client';
import { t } from '@/i18n';
import { RejectGroups } from './RejectGroups';
import { Review, reasonsOf, unmade } from './Review';
import { SavedRejects, SaveRejects } from './SaveRejects';

export function Rejected({ id, result }: { id: number; result: ImportResult }) {
  const groups = result.groups ?? [];
  const others = groups.filter((group) => !unmade(group.code));
  const reasons = reasonsOf(groups);
  if (result.rejected === 0) return null;
  const save = <SaveRejects id={id} />;
  return (
    <>
      {reasons.length > 0 && (
        <Review reasons={reasons} rejects={result.rejects}>
          {others.length === 0 && save}
        </Review>
      )}
      {others.length > 0 && (
        <section className="card">
          <header className="card-head">
            <h3 className="grow">{t.mapping.errorsAfter}</h3>
            {save}
          </header>
          <RejectGroups groups={others} />
        </section>
      )}
      <SavedRejects id={id} format={result.format} />
    </>
  );
}
