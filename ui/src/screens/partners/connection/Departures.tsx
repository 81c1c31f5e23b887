/** How the partner's server departs from OCPI, and what is done about it. */

import type { PullHealth } from '@/api/client';
import { t } from '@/i18n';
import { testid } from '@/lib/testids';

/** The lists in which each departure was seen, in the order of the lists. */
function byCode(pulls: readonly PullHealth[]): [code: string, lists: string[]][] {
  const seen = new Map<string, string[]>();
  for (const { module, departures } of pulls) {
    for (const code of departures) seen.set(code, [...(seen.get(code) ?? []), module]);
  }
  return [...seen];
}

export function Departures({ pulls }: { pulls: readonly PullHealth[] }) {
  const found = byCode(pulls);
  if (found.length === 0) return null;
  return (
    <section>
      <h3>{t.connection.departures}</h3>
      <ul className="departures">
        {found.map(([code, lists]) => {
          const text = t.connection.departure(code);
          return (
            <li key={code} data-testid={testid.departure} data-code={code}>
              <p>
                {text.what} {text.done}
              </p>
              <p className="small faint">{t.connection.inLists(lists)}</p>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
