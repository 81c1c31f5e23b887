/** Every field of a CDR, what the partner says beside what we hold. */

import type { CheckedCdr, CheckedField } from '@/api/client';
import { Button } from '@/components/Button';
import { Badge } from '@/components/Status';
import { t } from '@/i18n';
import { navigate } from '@/lib/router';
import { testid } from '@/lib/testids';
import { standingLook } from './look';
import { isOff } from './narrow';

export function FieldsOf({ cdr }: { cdr: CheckedCdr }) {
  const names = t.partnerCheck.columns;
  return (
    <div className="stack partner-check-fields" data-testid={testid.checkFields}>
      <div className="row row-wrap">
        <div className="grow">
          {cdr.cause && (
            <p>
              {t.partnerCheck.cause(cdr.cause.code)}: {cdr.cause.text}
            </p>
          )}
          <p className="small muted">
            {cdr.by ? t.partnerCheck.by(cdr.by) : t.partnerCheck.oneSided}
          </p>
        </div>
        {cdr.row !== null && <Show id={cdr.id} row={cdr.row} />}
      </div>
      {cdr.fields.length > 0 && (
        <table className="plain-table">
          <thead>
            <tr>
              <th>{names.field}</th>
              <th>{names.result}</th>
              <th>{names.theirValue}</th>
              <th>{names.ourValue}</th>
              <th className="num">{names.difference}</th>
            </tr>
          </thead>
          <tbody>
            {cdr.fields.map((field) => (
              <Field key={`${field.field} ${field.period}`} field={field} />
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

function Show({ id, row }: { id: string; row: number }) {
  const params = { q: `"${id}"`, cdr: String(row) };
  return (
    <Button
      variant="quiet"
      onClick={() => navigate({ screen: 'cdrs', partner: null, month: null, params })}
    >
      {t.partnerCheck.showCdr}
    </Button>
  );
}

function Field({ field }: { field: CheckedField }) {
  const look = standingLook(field.standing);
  const off = isOff(field.standing);
  return (
    <tr
      className={off ? 'partner-check-off' : undefined}
      data-testid={testid.checkFieldOf}
      data-field={field.field}
      data-standing={field.standing}
    >
      <td className="nowrap">
        {t.partnerCheck.field(field.field)}
        {field.period !== null && (
          <span className="muted"> · {t.partnerCheck.period(field.period)}</span>
        )}
      </td>
      <td className="nowrap">
        <Badge tone={look.tone} icon={look.icon} bare>
          {t.partnerCheck.standing(field.standing)}
        </Badge>
      </td>
      <td className="partner-check-value">{field.reported ?? <None />}</td>
      <td className="partner-check-value">{field.held ?? <None />}</td>
      <td className="num">{off ? (field.difference ?? '') : ''}</td>
    </tr>
  );
}

function None() {
  return <span className="faint">{t.none}</span>;
}
