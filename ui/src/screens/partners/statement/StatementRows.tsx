/** Lines of a statement with the CDRs they are about, and CDRs that no line is about. */

import type { ReportedCdr, ReportedFigures, StatementMonth, StatementRow } from '@/api/client';
import { Button } from '@/components/Button';
import { Amount, Difference } from '@/components/Figure';
import { Badge } from '@/components/Status';
import { t } from '@/i18n';
import { navigate } from '@/lib/router';
import { testid } from '@/lib/testids';
import { formatShortLocal } from '@/lib/time';
import { lookOf } from './look';

interface StatementRowsProps {
  compared: StatementMonth;
  payable: boolean;
  onMore: () => void;
}

export function StatementRows({ compared, payable, onMore }: StatementRowsProps) {
  const names = t.statement.columns;
  const { rows, total } = compared;
  return (
    <>
      <section
        className="card wide-table statement-rows"
        aria-label={t.statement.title}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolling it needs the focus
        tabIndex={0}
      >
        <table className="plain-table">
          <thead>
            <tr>
              <th>{names.verdict}</th>
              <th>{names.cdr}</th>
              <th>{names.start}</th>
              <th className="num">{names.reported}</th>
              <th className="num">{names.stated}</th>
              <th className="num">{names.difference}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={keyOf(row)} row={row} payable={payable} />
            ))}
          </tbody>
        </table>
      </section>
      {rows.length < total && (
        <div className="row">
          <span className="small muted">{t.statement.more(rows.length, total)}</span>
          <Button onClick={onMore} testId={testid.statementMore}>
            {t.statement.showMore}
          </Button>
        </div>
      )}
    </>
  );
}

function keyOf({ line, cdr }: StatementRow): string {
  return line ? `${line.import} ${line.number}` : `cdr ${cdr?.row}`;
}

function Row({ row, payable }: { row: StatementRow; payable: boolean }) {
  const { line, cdr } = row;
  const look = lookOf(row.verdict);
  const start = line?.start_local || cdr?.start_local;
  const excl = row.difference.excl_vat;
  const about = t.statement.about(row);
  const named = line ? line.id || line.session || t.statement.row(line.number) : '';
  return (
    <tr data-testid={testid.statementRow} data-verdict={row.verdict}>
      <td>
        <Badge tone={look.tone} icon={look.icon} bare>
          {t.statement.verdict(row.verdict)}
        </Badge>
        {about && <div className="small muted">{about}</div>}
      </td>
      <td className="cell-id">
        {cdr && <Cdr cdr={cdr} by={row.by} />}
        {line && !cdr && (
          <div className="truncate" title={named}>
            {named}
          </div>
        )}
        {line && cdr && named !== cdr.id && (
          <div className="small muted truncate" title={named}>
            {t.statement.theirLine(named)}
          </div>
        )}
        {line?.reference && row.verdict !== 'agrees' && (
          <div className="small muted truncate" title={line.reference}>
            {line.reference}
          </div>
        )}
      </td>
      <td className="nowrap">{start ? formatShortLocal(start) : t.none}</td>
      <td className="num">
        <Net of={line} />
      </td>
      <td className="num">
        <Net of={cdr} />
      </td>
      <td className="num">
        <Difference
          money={excl && cdr ? { amount: excl, currency: cdr.currency } : null}
          payable={payable}
          words={t.statement.differenceWords}
        />
      </td>
    </tr>
  );
}

function Cdr({ cdr, by }: { cdr: ReportedCdr; by: string | null }) {
  const params = { q: `"${cdr.id}"`, cdr: String(cdr.row) };
  return (
    <button
      type="button"
      className="btn-link truncate"
      title={by ? t.statement.matched(by) : cdr.id}
      onClick={() => navigate({ screen: 'cdrs', partner: null, month: null, params })}
    >
      {cdr.id}
    </button>
  );
}

function Net({ of }: { of: { figures: ReportedFigures; currency: string } | null }) {
  const excl = of?.figures.excl_vat;
  return <Amount money={excl ? { amount: excl, currency: of.currency } : null} />;
}
