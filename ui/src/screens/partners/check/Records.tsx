/** The CDRs of a check; each opens to all its fields, theirs beside ours. */

import { ChevronDown, ChevronRight } from 'lucide-react';
import { Fragment, useState } from 'react';
import type { CheckedCdr, PartnerCheck } from '@/api/client';
import { Button, IconButton } from '@/components/Button';
import { Badge } from '@/components/Status';
import { t } from '@/i18n';
import { testid } from '@/lib/testids';
import { FieldsOf } from './FieldsOf';
import { verdictLook } from './look';
import { Apart, Net } from './money';
import { nameOf, narrowed, type Only } from './narrow';

interface RecordsProps {
  found: PartnerCheck;
  payable: boolean;
  only: Only | null;
  onAll: () => void;
}

export function Records({ found, payable, only, onAll }: RecordsProps) {
  const [open, setOpen] = useState<string | null>(null);
  const names = t.partnerCheck.columns;
  const cdrs = narrowed(found, only);
  return (
    <section className="card" aria-label={t.partnerCheck.records}>
      <div className="card-head partner-check-records-head">
        <h3>{t.partnerCheck.records}</h3>
        <span className="small muted" role="status" data-testid={testid.checkShown}>
          {only
            ? `${t.partnerCheck.filtered}: ${nameOf(only)} · ${t.partnerCheck.shown(cdrs.length, cdrs.length)}`
            : t.partnerCheck.shown(cdrs.length, found.total)}
        </span>
        <span className="grow" />
        {only && (
          <Button variant="quiet" onClick={onAll} testId={testid.checkAllCdrs}>
            {t.partnerCheck.dropFilter}
          </Button>
        )}
      </div>
      {cdrs.length === 0 ? (
        <p className="card-text muted">{t.partnerCheck.none}</p>
      ) : (
        <div className="wide-table partner-check-table">
          <table className="plain-table">
            <thead>
              <tr>
                <th>{names.cdr}</th>
                <th>{names.result}</th>
                <th>{names.start}</th>
                <th className="num">{names.theirs}</th>
                <th className="num">{names.ours}</th>
                <th className="num">{names.difference}</th>
              </tr>
            </thead>
            <tbody>
              {cdrs.map((cdr) => {
                const key = keyOf(cdr);
                const isOpen = open === key;
                return (
                  <Fragment key={key}>
                    <Row
                      cdr={cdr}
                      payable={payable}
                      open={isOpen}
                      onOpen={() => setOpen(isOpen ? null : key)}
                    />
                    {isOpen && (
                      <tr className="partner-check-detail">
                        <td colSpan={6}>
                          <FieldsOf cdr={cdr} />
                        </td>
                      </tr>
                    )}
                  </Fragment>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

/** Two records of a file may carry one id. */
function keyOf(cdr: CheckedCdr): string {
  return `${cdr.row} ${cdr.id} ${cdr.start_at} ${cdr.verdict}`;
}

interface RowProps {
  cdr: CheckedCdr;
  payable: boolean;
  open: boolean;
  onOpen: () => void;
}

function Row({ cdr, payable, open, onOpen }: RowProps) {
  const look = verdictLook(cdr.verdict);
  const Chevron = open ? ChevronDown : ChevronRight;
  return (
    <tr data-testid={testid.checkCdr} data-verdict={cdr.verdict}>
      <td className="cell-id">
        <div className="row partner-check-id">
          <IconButton
            label={t.partnerCheck.open(cdr.id)}
            icon={<Chevron size={15} aria-hidden />}
            aria-expanded={open}
            onClick={onOpen}
            testId={testid.checkOpen}
          />
          <span className="truncate" title={cdr.id}>
            {cdr.id}
          </span>
        </div>
      </td>
      <td>
        <Badge tone={look.tone} icon={look.icon} bare>
          {t.partnerCheck.verdict(cdr.verdict)}
        </Badge>
        <div className="small muted">{about(cdr)}</div>
      </td>
      <td className="nowrap">{formatInstant(cdr.start_at)}</td>
      <td className="num">
        <Net of={cdr.reported.total} currency={cdr.currency} />
      </td>
      <td className="num">
        <Net of={cdr.replayed.total} currency={cdr.currency} />
      </td>
      <td className="num">
        <Apart of={cdr.difference} currency={cdr.currency} payable={payable} />
      </td>
    </tr>
  );
}

/** Why the total differs, else which fields do. */
function about(cdr: CheckedCdr): string {
  if (cdr.cause) return t.partnerCheck.cause(cdr.cause.code);
  const names = cdr.fields.filter((one) => one.standing === 'differs').map((one) => one.field);
  return [...new Set(names)].map(t.partnerCheck.field).join(', ');
}

/** `2026-09-01T08:01:00Z` is "2026-09-01 08:01:00": both sides are compared in UTC. */
function formatInstant(at: string): string {
  return at.replace('T', ' ').replace('Z', '');
}
