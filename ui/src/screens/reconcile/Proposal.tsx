/** One reading that explains most of what differs, proposed as the partner's. */

import { Lightbulb } from 'lucide-react';
import { useEffect, useState } from 'react';
import { api, type PolicyProposal, type ReconcileMonth } from '@/api/client';
import { Button } from '@/components/Button';
import { t } from '@/i18n';
import { makeRule } from '@/lib/agreement';
import { useBook } from '@/lib/book';
import { formatCount } from '@/lib/decimal';
import { testid } from '@/lib/testids';
import { formatMonth } from '@/lib/time';
import { Differences } from './Money';

/** Asks once for each state of the causes, and only where a reading explains a good part. */
function useProposal({ partner, month, causes }: ReconcileMonth): PolicyProposal | null {
  const [found, setFound] = useState<PolicyProposal | null>(null);
  const first = causes.find((one) => one.kind === 'policy');
  const key = first ? `${partner}/${month}/${first.key}/${first.count}` : null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says what is asked
  useEffect(() => {
    let wanted = true;
    setFound(null);
    if (key === null) return;
    api
      .proposal({ partner, month })
      .then((proposal) => {
        if (wanted) setFound(proposal);
      })
      .catch(() => {
        // Only an offer: the month can be decided without it.
      });
    return () => {
      wanted = false;
    };
  }, [key]);
  return found;
}

export function Proposal({ month }: { month: ReconcileMonth }) {
  const proposal = useProposal(month);
  const { partnerName } = useBook();
  const [open, setOpen] = useState(false);
  if (!proposal) return null;
  const adopt = () => {
    const { partner } = month;
    void makeRule(partner, partnerName(partner), proposal.policy);
  };
  return (
    <section className="proposal" data-testid={testid.proposal}>
      <div className="row row-wrap">
        <Lightbulb size={16} aria-hidden />
        <p className="grow">
          <strong>{t.reconcile.proposal.title}.</strong> {t.reconcile.proposal.proposed(proposal)}{' '}
          {proposal.ambiguous > 0 && t.reconcile.proposal.ambiguous(proposal.ambiguous)}
        </p>
        <Button variant="quiet" onClick={() => setOpen(!open)} testId={testid.proposalShow}>
          {open ? t.reconcile.proposal.hide : t.reconcile.proposal.show}
        </Button>
        <Button onClick={adopt} testId={testid.proposalAdopt}>
          {t.reconcile.proposal.adopt}
        </Button>
      </div>
      {open && <Months proposal={proposal} payable={month.direction === 'payable'} />}
    </section>
  );
}

function Months({ proposal, payable }: { proposal: PolicyProposal; payable: boolean }) {
  const { proposal: words } = t.reconcile;
  return (
    <table className="plain-table compact-table">
      <thead>
        <tr>
          <th scope="col">{words.month}</th>
          <th className="num">{words.cdrs}</th>
          <th className="num">{words.repaired}</th>
          <th className="num">{words.broken}</th>
          <th className="num">{words.before}</th>
          <th className="num">{words.after}</th>
        </tr>
      </thead>
      <tbody>
        {proposal.months.map((one) => (
          <tr key={one.month} data-testid={testid.proposalMonth}>
            <td>{formatMonth(one.month, 'short')}</td>
            <td className="num">{formatCount(one.cdrs)}</td>
            <td className="num">{formatCount(one.repaired)}</td>
            <td className={`num${one.broken > 0 ? ' costs' : ''}`}>{formatCount(one.broken)}</td>
            <td className="num">
              <Differences sums={one.before} payable={payable} />
            </td>
            <td className="num">
              <Differences sums={one.after} payable={payable} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
