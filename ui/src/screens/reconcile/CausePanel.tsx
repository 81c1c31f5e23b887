/** One cause: what it says, where and when, how sure, and what can be done about it. */

import { CheckCheck, List, MessagesSquare, Pause, Repeat2 } from 'lucide-react';
import type { CauseGroup, NamedCount } from '@/api/client';
import { Button } from '@/components/Button';
import { Menu } from '@/components/Menu';
import { t } from '@/i18n';
import { formatCount } from '@/lib/decimal';
import { testid } from '@/lib/testids';
import type { Verb } from './decide';
import { Differences, Sums } from './Money';

export interface CausePanelProps {
  group: CauseGroup;
  payable: boolean;
  onVerb: (verb: Verb) => void;
  onOpen: () => void;
  onRule: () => void;
}

export function CausePanel({ group, payable, onVerb, onOpen, onRule }: CausePanelProps) {
  const ruled = group.kind === 'policy' || group.kind === 'data';
  return (
    <aside
      className="detail"
      aria-label={t.reconcile.tabs.causes}
      data-testid={testid.reconcileCause}
    >
      <header className="detail-head">
        <span className="eyebrow">{t.reconcile.kind(group.kind)}</span>
        <h2>{t.reconcile.causeName(group)}</h2>
      </header>
      <div className="detail-body">
        <p>{t.reconcile.causeSentence(group)}</p>
        <Verbs onVerb={onVerb} />
        <div className="row row-wrap">
          <Button
            icon={<List size={15} aria-hidden />}
            keys="Enter"
            onClick={onOpen}
            testId={testid.reconcileOpen}
          >
            {t.reconcile.open(group.count, group.bucket)}
          </Button>
          {ruled && (
            <Button
              icon={<Repeat2 size={15} aria-hidden />}
              keys="r"
              onClick={onRule}
              testId={testid.ruleOpen}
            >
              {t.reconcile.verbs.rule}
            </Button>
          )}
        </div>
        <dl className="facts">
          <dt>{t.reconcile.columns.difference}</dt>
          <dd>
            <Differences sums={group.difference} payable={payable} />
          </dd>
          <dt>{t.reconcile.stated}</dt>
          <dd>
            <Sums sums={group.stated} />
          </dd>
          <dt>{t.reconcile.firstLast}</dt>
          <dd>{t.reconcile.span(group.first_at, group.last_at)}</dd>
          <Named name={t.reconcile.places} counts={group.places} all={group.places_count} />
          <Named name={t.reconcile.tariffs} counts={group.tariffs} all={group.tariffs_count} />
        </dl>
        {group.ambiguous > 0 && (
          <p className="callout tone-warn">{t.reconcile.ambiguous(group.ambiguous)}</p>
        )}
        {group.ambiguous === 0 && ruled && (
          <p className="small muted">{t.reconcile.allExplained}</p>
        )}
      </div>
    </aside>
  );
}

function Named({
  name,
  counts,
  all,
}: {
  name: string;
  counts: readonly NamedCount[];
  all: number;
}) {
  if (counts.length === 0) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {counts.map((one) => (
          <span className="row" key={one.name}>
            <span className="grow truncate">{one.name}</span>
            <span className="muted num">{formatCount(one.count)}</span>
          </span>
        ))}
        {all > counts.length && (
          <span className="small muted">{t.reconcile.andMore(counts.length, all)}</span>
        )}
      </dd>
    </>
  );
}

/** The three verbs as buttons with their keys; the rarer ones in a menu. */
export function Verbs({
  onVerb,
  onHoldUntil,
}: {
  onVerb: (verb: Verb) => void;
  onHoldUntil?: () => void;
}) {
  const { verbs } = t.reconcile;
  const later = onHoldUntil
    ? [{ id: 'holdUntil', text: verbs.holdUntil, onChoose: onHoldUntil }]
    : [];
  return (
    <div className="row row-wrap">
      <Button
        variant="primary"
        icon={<CheckCheck size={15} aria-hidden />}
        keys="1"
        onClick={() => onVerb('accept')}
        testId={testid.reconcileVerb('accept')}
      >
        {verbs.accept}
      </Button>
      <Button
        icon={<MessagesSquare size={15} aria-hidden />}
        keys="2"
        onClick={() => onVerb('dispute')}
        testId={testid.reconcileVerb('dispute')}
      >
        {verbs.dispute}
      </Button>
      <Button
        icon={<Pause size={15} aria-hidden />}
        keys="3"
        onClick={() => onVerb('hold')}
        testId={testid.reconcileVerb('hold')}
      >
        {verbs.hold}
      </Button>
      <Menu
        label={verbs.more}
        className="btn btn-quiet"
        arrow
        testId={testid.reconcileMore}
        groups={[
          {
            id: 'more',
            choices: [
              ...later,
              {
                id: 'exclude',
                text: verbs.exclude,
                testId: testid.reconcileVerb('exclude'),
                onChoose: () => onVerb('exclude'),
              },
            ],
          },
        ]}
      >
        …
      </Menu>
    </div>
  );
}
