/** What else was found out about a file, each with its evidence: nothing to be changed here. */

import type { ImportPreview } from '@/api/client';
import { t } from '@/i18n';
import { Why } from './Setting';

const SHOWN = ['encoding', 'separator', 'date_system', 'energy_unit', 'duration_unit'];

export function OtherGuesses({ preview }: { preview: ImportPreview }) {
  const shown = preview.evidence.filter((one) => SHOWN.includes(one.what));
  if (shown.length === 0) return null;
  return (
    <section>
      <h4 className="reading-title">{t.mapping.otherGuesses}</h4>
      <dl className="facts">
        {shown.map((one) => (
          <div key={`${one.what} ${one.value} ${one.because}`} className="facts-row">
            <dt>{t.evidence(one.what)}</dt>
            <dd>
              {t.mapping.value(one.what, one.value)} {one.because && <Why evidence={one} />}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
