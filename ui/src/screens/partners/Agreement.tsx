/** What is agreed with a partner, the readings of it, and which readings would explain more. */

import type { PartnerDto } from '@/api/client';
import { t } from '@/i18n';
import type { Readings } from '@/lib/agreement';
import { formatMoney } from '@/lib/decimal';
import { FindReadings } from './FindReadings';
import { Templates } from './Templates';

export function Agreement({ partner }: { partner: PartnerDto }) {
  return (
    <div className="stack partner-agreement">
      {partner.missing.length > 0 && (
        <p className="callout tone-warn">{t.partner.missing(partner.missing.length)}</p>
      )}
      <Facts partner={partner} />
      <section>
        <h3>{t.partners.readings}</h3>
        {Object.keys(partner.policy).length === 0 ? (
          <p className="muted">{t.partners.standard}</p>
        ) : (
          <ReadingList readings={partner.policy} />
        )}
      </section>
      <FindReadings partner={partner} />
      <Templates partner={partner.key} zone={partner.time_zone} />
    </div>
  );
}

/** Readings in words, a line each. */
export function ReadingList({ readings }: { readings: Readings }) {
  return (
    <dl className="facts reading-list">
      {Object.entries(readings).map(([name, reading]) => (
        <div key={name} className="facts-row">
          <dt>{t.switchName(name)}</dt>
          <dd>{t.readingText(name, reading)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Facts({ partner }: { partner: PartnerDto }) {
  const { company, currency } = partner;
  const town = [company.postal_code, company.city].filter(Boolean).join(' ');
  const address = [company.street, town, company.country].filter(Boolean).join(', ');
  const facts: [name: string, text: string][] = [
    [t.partners.address, address],
    [t.partner.vat_id, company.vat_id],
    [t.partner.iban, company.iban],
    [t.partner.currency, currency],
    [t.partner.direction, t.partners.direction(partner.direction)],
    [t.partners.zone, partner.time_zone],
    [t.partner.tolerance, formatMoney({ amount: partner.tolerance, currency }, { exact: true })],
    [t.partner.due_days, t.partners.days(partner.due_days)],
    ...(['energy', 'start', 'end'] as const).map((figure): [string, string] => [
      t.partners.counts[figure],
      t.truth.order(partner.truth[figure]),
    ]),
    [t.partners.sessions, partner.sends_sessions ? t.partners.yes : t.partners.no],
  ];
  return (
    <dl className="facts">
      {facts.map(([name, text]) => (
        <div key={name} className="facts-row">
          <dt>{name}</dt>
          <dd>{text || <span className="faint">{t.none}</span>}</dd>
        </div>
      ))}
    </dl>
  );
}
