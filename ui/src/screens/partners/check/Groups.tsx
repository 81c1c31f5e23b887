/** Differences by cause and by field; each leads to its CDRs. */

import { useState } from 'react';
import type { CheckCause, CheckField } from '@/api/client';
import { Button } from '@/components/Button';
import { Differences } from '@/components/Figure';
import { t } from '@/i18n';
import { formatCount } from '@/lib/decimal';
import { testid } from '@/lib/testids';
import { type Choice, isSame, type Only } from './narrow';

export function Causes(props: { causes: readonly CheckCause[]; payable: boolean } & Choice) {
  const { causes, payable, only, onOnly } = props;
  const names = t.partnerCheck.columns;
  return (
    <section className="card partner-check-group">
      <h3 className="card-title">{t.partnerCheck.causes}</h3>
      {causes.length === 0 ? (
        <p className="card-text muted">{t.partnerCheck.noCauses}</p>
      ) : (
        <table className="plain-table">
          <thead>
            <tr>
              <th>{names.cause}</th>
              <th className="num">{names.count}</th>
              <th className="num">{names.worth}</th>
            </tr>
          </thead>
          <tbody>
            {causes.map((cause) => (
              <tr key={cause.text} data-testid={testid.checkCause}>
                <td>
                  <Narrow mine={{ by: 'cause', value: cause.text }} only={only} onOnly={onOnly}>
                    {t.partnerCheck.cause(cause.code)}
                  </Narrow>
                  <div className="small muted">{cause.text}</div>
                </td>
                <td className="num">{formatCount(cause.count)}</td>
                <td className="num">
                  <Differences
                    list={cause.difference}
                    payable={payable}
                    words={t.partnerCheck.differenceWords}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function unlike(field: CheckField): number {
  return field.differing + field.only_held + field.only_reported;
}

export function Fields({ fields, only, onOnly }: { fields: readonly CheckField[] } & Choice) {
  const [all, setAll] = useState(false);
  const names = t.partnerCheck.columns;
  const shown = all ? fields : fields.filter((one) => unlike(one) > 0);
  return (
    <section className="card partner-check-group">
      <h3 className="card-title">{t.partnerCheck.fields}</h3>
      {shown.length === 0 ? (
        <p className="card-text muted">{t.partnerCheck.noFields}</p>
      ) : (
        <div className="wide-table partner-check-table">
          <table className="plain-table">
            <thead>
              <tr>
                <th>{names.field}</th>
                <th className="num">{names.same}</th>
                <th className="num">{names.rounding}</th>
                <th className="num">{names.differ}</th>
                <th className="num">{names.oneSide}</th>
                <th className="num">{names.largest}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((field) => (
                <tr key={field.field} data-testid={testid.checkField} data-field={field.field}>
                  <td className="nowrap">
                    {unlike(field) > 0 ? (
                      <Narrow
                        mine={{ by: 'field', value: field.field }}
                        only={only}
                        onOnly={onOnly}
                      >
                        {t.partnerCheck.field(field.field)}
                      </Narrow>
                    ) : (
                      t.partnerCheck.field(field.field)
                    )}
                  </td>
                  <Count count={field.equal} />
                  <Count count={field.within} />
                  <Count count={field.differing} strong />
                  <Count count={field.only_held + field.only_reported} />
                  <td className="num">{field.largest ?? ''}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div className="partner-check-more">
        <Button variant="quiet" onClick={() => setAll(!all)} testId={testid.checkAllFields}>
          {all ? t.partnerCheck.fewFields : t.partnerCheck.allFields(fields.length)}
        </Button>
      </div>
    </section>
  );
}

function Count({ count, strong }: { count: number; strong?: boolean }) {
  if (count === 0) return <td className="num faint">0</td>;
  return (
    <td className="num">{strong ? <strong>{formatCount(count)}</strong> : formatCount(count)}</td>
  );
}

/** Shows only the CDRs of this, or all again. */
function Narrow({ mine, only, onOnly, children }: { mine: Only; children: string } & Choice) {
  return (
    <button
      type="button"
      className="btn-link"
      aria-pressed={isSame(only, mine)}
      onClick={() => onOnly(mine)}
    >
      {children}
    </button>
  );
}
