/** Findings, stations and rules of a month: lists that lead to their rows. */

import { CircleCheck, Repeat2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { api, isSeverity, type ReconcileMonth } from '@/api/client';
import { Button } from '@/components/Button';
import { EmptyState } from '@/components/EmptyState';
import { ProblemPanel } from '@/components/ProblemPanel';
import { SeverityIcon } from '@/components/Status';
import { findingText, t } from '@/i18n';
import { formatCount } from '@/lib/decimal';
import { useQuery } from '@/lib/query';
import { testid } from '@/lib/testids';
import { formatInstant } from '@/lib/time';
import { takeBack } from './decide';
import { ListTable, type ListTableProps } from './ListTable';
import { Sums } from './Money';
import { type Scope, showRows } from './state';

interface TabProps {
  month: ReconcileMonth;
  panel: ReactNode;
}

const { columns } = t.reconcile;

interface ListTabProps<Row> extends Pick<ListTableProps<Row>, 'rows' | 'rowId' | 'columns'> {
  name: 'findings' | 'stations';
  none: string;
  noneText: string;
  onOpen: (row: Row) => void;
  panel: ReactNode;
}

/** A list of the month whose rows lead to CDRs. */
function ListTab<Row>({ name, none, noneText, panel, ...list }: ListTabProps<Row>) {
  return (
    <div className="split">
      {list.rows.length === 0 ? (
        <EmptyState icon={CircleCheck} title={none} text={noneText} />
      ) : (
        <ListTable
          label={t.reconcile.tabs[name]}
          name={name}
          openId={null}
          footer={null}
          {...list}
        />
      )}
      {panel}
    </div>
  );
}

export function FindingsTab({ month, panel }: TabProps) {
  return (
    <ListTab
      name="findings"
      none={t.reconcile.findingsNone}
      noneText={t.reconcile.findingsNoneText}
      rows={month.findings}
      rowId={(one) => one.code}
      onOpen={(one) => showRows({ finding: one.code })}
      columns={[
        {
          id: 'finding',
          header: columns.finding,
          width: 220,
          cell: (one) => (
            <>
              {isSeverity(one.severity) && <SeverityIcon severity={one.severity} />}
              <span className="truncate">{findingText(one.code).name}</span>
            </>
          ),
        },
        {
          id: 'meaning',
          header: columns.meaning,
          width: 240,
          grow: true,
          cell: (one) => <span className="muted">{findingText(one.code).sentence}</span>,
        },
        {
          id: 'count',
          header: columns.count,
          width: 80,
          align: 'end',
          cell: (one) => <strong>{formatCount(one.count)}</strong>,
        },
      ]}
      panel={panel}
    />
  );
}

export function StationsTab({ month, panel }: TabProps) {
  return (
    <ListTab
      name="stations"
      none={t.reconcile.stationsNone}
      noneText={t.reconcile.stationsNoneText}
      rows={month.stations}
      rowId={(one) => `${one.evse}-${one.fault}-${one.since}`}
      onOpen={(one) => showRows({ evse: one.evse })}
      columns={[
        {
          id: 'station',
          header: columns.station,
          width: 250,
          cell: (one) => (
            <span title={one.evse}>
              {one.location} <span className="muted">{one.evse}</span>
            </span>
          ),
        },
        {
          id: 'off',
          header: columns.off,
          width: 260,
          grow: true,
          cell: (one) => (
            <span title={t.reconcile.stationWhole(one)}>{t.reconcile.station(one)}</span>
          ),
        },
        {
          id: 'count',
          header: columns.count,
          width: 72,
          align: 'end',
          cell: (one) => <strong>{formatCount(one.cdrs)}</strong>,
        },
        {
          id: 'stake',
          header: columns.stake,
          width: 100,
          align: 'end',
          cell: (one) => <Sums sums={one.at_stake} />,
        },
      ]}
      panel={panel}
    />
  );
}

export function RulesTab({ scope, panel }: { scope: Scope; panel: ReactNode }) {
  const { partner } = scope;
  const rules = useQuery('reconcile', partner, () => api.rules(partner));
  const { rule } = t.reconcile;
  return (
    <div className="split">
      {rules.problem && <ProblemPanel problem={rules.problem} onRetry={rules.reload} />}
      {rules.data?.length === 0 && (
        <EmptyState icon={Repeat2} title={t.reconcile.rulesNone} text={t.reconcile.rulesNoneText} />
      )}
      {rules.data && rules.data.length > 0 && (
        <ul className="page rule-list">
          {rules.data.map(({ decision, terms, reason, actor, at }) => (
            <li key={decision} className="card rule-card row" data-testid={testid.ruleRow}>
              <div className="grow">
                <strong>{rule.cause(terms.text)}</strong>
                <p className="small muted">
                  {[
                    terms.location && rule.location(terms.location),
                    terms.tariff && rule.tariff(terms.tariff),
                    terms.currency && rule.currency(terms.currency),
                    rule.atMostOf(terms.at_most),
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </p>
                <p className="small faint">
                  {rule.by(actor, formatInstant(at))} · “{reason}”
                </p>
              </div>
              <Button onClick={() => void takeBack(decision)} testId={testid.ruleEnd}>
                {rule.end}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {panel}
    </div>
  );
}
