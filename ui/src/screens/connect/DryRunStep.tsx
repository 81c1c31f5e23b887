/** The partner's first CDRs as they would be read and priced; nothing of them is stored. */

import { ChevronRight, FileQuestion } from 'lucide-react';
import { Fragment, useId, useState } from 'react';
import type { ConnectTrial, DryRunCdr } from '@/api/client';
import { Button } from '@/components/Button';
import { EmptyState } from '@/components/EmptyState';
import { Amount, Difference } from '@/components/Figure';
import { Badge, BUCKET_LOOK } from '@/components/Status';
import { t } from '@/i18n';
import { useBook } from '@/lib/book';
import { formatQuantity } from '@/lib/decimal';
import { testid } from '@/lib/testids';
import { formatInstant, formatShortInstant } from '@/lib/time';
import { DryRunDetail } from './DryRunDetail';
import { WizardActions } from './WizardActions';

export interface DryRunStepProps {
  trial: ConnectTrial;
  onBack: () => void;
  onNext: () => void;
}

export function DryRunStep({ trial, onBack, onNext }: DryRunStepProps) {
  const { dry_run: cdrs } = trial;
  const good = cdrs.filter((cdr) => cdr.verdict === 'matches').length;
  return (
    <>
      <div className="wizard-page">
        {cdrs.length === 0 ? (
          <EmptyState
            icon={FileQuestion}
            title={t.connect.dryRunEmpty}
            text={t.connect.dryRunEmptyText}
          />
        ) : (
          <>
            <div>
              <p className="consequence-line" data-testid={testid.dryRunSentence}>
                {t.connect.dryRun(good, cdrs.length)}
              </p>
              <p className="small muted">{t.connect.dryRunHint}</p>
            </div>
            <Table cdrs={cdrs} partner={trial.partner} />
          </>
        )}
      </div>
      <WizardActions onBack={onBack}>
        <Button variant="primary" autoFocus onClick={onNext} testId={testid.wizardNext}>
          {t.connect.toSchedule}
        </Button>
      </WizardActions>
    </>
  );
}

function Table({ cdrs, partner }: { cdrs: readonly DryRunCdr[]; partner: string }) {
  const payable = useBook().isPayable(partner);
  const names = t.connect.dryColumns;
  return (
    <div className="dry-run">
      <table className="plain-table">
        <thead>
          <tr>
            <th>{names.id}</th>
            <th>{names.start}</th>
            <th className="num">{names.energy}</th>
            <th className="num">{names.stated}</th>
            <th className="num">{names.computed}</th>
            <th className="num">{names.difference}</th>
            <th>{names.verdict}</th>
            <th>{names.cause}</th>
          </tr>
        </thead>
        <tbody>
          {cdrs.map((cdr, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: one that cannot be read has no id
            <Row key={i} cdr={cdr} payable={payable} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const VERDICT_LOOK: Record<string, (typeof BUCKET_LOOK)[keyof typeof BUCKET_LOOK]> = {
  matches: BUCKET_LOOK.matched,
  differs: BUCKET_LOOK.differs,
  not_priced: BUCKET_LOOK.needs_tariff,
};

function Row({ cdr, payable }: { cdr: DryRunCdr; payable: boolean }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const look = VERDICT_LOOK[cdr.verdict] ?? BUCKET_LOOK.needs_tariff;
  return (
    <Fragment>
      <tr data-testid={testid.dryRunRow} data-id={cdr.id} data-verdict={cdr.verdict}>
        <td className="cell-id">
          <button
            type="button"
            className="btn-link"
            aria-expanded={open}
            aria-controls={open ? id : undefined}
            title={cdr.id}
            onClick={() => setOpen(!open)}
          >
            <ChevronRight size={14} className={open ? 'turned' : undefined} aria-hidden />
            <span className="truncate">{cdr.id || t.connect.unreadable}</span>
          </button>
        </td>
        <td className="nowrap" title={cdr.start === null ? undefined : formatInstant(cdr.start)}>
          {cdr.start === null ? t.none : formatShortInstant(cdr.start)}
        </td>
        <td className="num">
          {cdr.energy_kwh === null ? t.none : formatQuantity(cdr.energy_kwh, 3, 3)}
        </td>
        <td className="num">
          <Amount money={cdr.stated} />
        </td>
        <td className="num">
          <Amount money={cdr.replayed} />
        </td>
        <td className="num">
          <Difference money={cdr.difference} payable={payable} />
        </td>
        <td>
          <Badge tone={look.tone} icon={look.icon}>
            {t.connect.verdicts[cdr.verdict] ?? cdr.verdict}
          </Badge>
        </td>
        <td className="dry-cause small muted">{cdr.cause ?? ''}</td>
      </tr>
      {open && (
        <tr id={id} data-testid={testid.dryRunDetail}>
          <td colSpan={8} className="dry-detail">
            <DryRunDetail cdr={cdr} />
          </td>
        </tr>
      )}
    </Fragment>
  );
}
