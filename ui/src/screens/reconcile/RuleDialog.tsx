/** "Always accept this": the terms of a rule and what it would have caught. */

import { X } from 'lucide-react';
import { useState } from 'react';
import { api, type CauseGroup, type RuleMonth, type RuleTerms } from '@/api/client';
import { ActDialog } from '@/components/ActDialog';
import { IconButton } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { ReasonField } from '@/components/ReasonField';
import { t } from '@/i18n';
import { formatCount } from '@/lib/decimal';
import { useQuery } from '@/lib/query';
import { testid } from '@/lib/testids';
import { formatMonth } from '@/lib/time';
import { announceDecision } from './decide';
import { Differences } from './Money';
import { type Scope, wholeMonth } from './state';

export interface RuleDialogProps {
  group: CauseGroup;
  scope: Scope;
  onClose: () => void;
}

export function RuleDialog({ group, scope, onClose }: RuleDialogProps) {
  const target = { ...wholeMonth(scope), causes: [group.key] };
  const found = useQuery('book', JSON.stringify(target), () => api.ruleOf(target));
  const waiting = found.data === undefined && !found.problem;
  if (!found.data) {
    return (
      <Dialog open onClose={onClose} title={t.reconcile.rule.title}>
        <p className="dialog-body">{waiting ? t.loading : t.reconcile.rule.none}</p>
      </Dialog>
    );
  }
  return <Terms first={found.data.terms} scope={scope} onClose={onClose} />;
}

/** The terms that can be dropped: each one fewer catches more. */
const WIDENING = ['location', 'tariff', 'currency'] as const;

function Terms({ first, scope, onClose }: Omit<RuleDialogProps, 'group'> & { first: RuleTerms }) {
  const { rule } = t.reconcile;
  const [terms, setTerms] = useState(first);
  const [reason, setReason] = useState(rule.reason(first.text));
  const atMost = terms.at_most.replace(',', '.');
  const good = /^\d+(\.\d+)?$/.test(atMost);
  const request = { ...scope, terms: { ...terms, at_most: atMost }, reason: reason.trim() };
  const effect = useQuery('book', good ? JSON.stringify(request.terms) : null, () =>
    api.ruleEffect({ ...request, reason: '' }),
  );
  const keep = async () => {
    const { decision } = await api.keepRule(request);
    announceDecision(decision, rule.kept(terms.text));
    onClose();
  };
  return (
    <ActDialog
      onClose={onClose}
      title={rule.title}
      act={rule.keep}
      work={keep}
      disabled={!good || reason.trim() === ''}
      actTestId={testid.ruleKeep}
    >
      <p className="muted">{rule.when}</p>
      <ul className="stack">
        <li className="row" data-testid={testid.ruleTerm('cause')}>
          {rule.cause(terms.text)}
        </li>
        {WIDENING.map((name) => {
          const value = terms[name];
          if (value === null) return null;
          const text = rule[name](value);
          return (
            <li className="row" key={name} data-testid={testid.ruleTerm(name)}>
              <span className="grow">{text}</span>
              <IconButton
                label={rule.drop(text)}
                icon={<X size={14} aria-hidden />}
                onClick={() => setTerms({ ...terms, [name]: null })}
                testId={testid.ruleDrop(name)}
              />
            </li>
          );
        })}
        <li>
          <label className="row">
            <span className="grow">{rule.atMost}</span>
            <input
              className="input num rule-amount"
              value={terms.at_most}
              aria-invalid={!good}
              data-testid={testid.ruleAtMost}
              onChange={(event) => setTerms({ ...terms, at_most: event.target.value.trim() })}
            />
          </label>
        </li>
      </ul>
      <Caught months={effect.data ?? []} />
      <ReasonField value={reason} hint="" onValue={setReason} testId={testid.ruleReason} />
    </ActDialog>
  );
}

function Caught({ months }: { months: readonly RuleMonth[] }) {
  const { rule, columns } = t.reconcile;
  return (
    <table className="plain-table compact-table">
      <caption className="field-label">{rule.caught}</caption>
      <thead>
        <tr>
          <th scope="col">{rule.month}</th>
          <th className="num">{columns.count}</th>
          <th className="num">{columns.difference}</th>
          <th className="num">{rule.ambiguous}</th>
        </tr>
      </thead>
      <tbody>
        {months.map((one) => (
          <tr key={one.month} data-testid={testid.ruleMonth}>
            <td>{formatMonth(one.month, 'short')}</td>
            <td className="num">{formatCount(one.count)}</td>
            <td className="num">
              <Differences sums={one.difference} payable={false} />
            </td>
            <td className="num">{formatCount(one.ambiguous)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
