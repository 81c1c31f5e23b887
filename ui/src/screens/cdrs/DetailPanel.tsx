/** *Explain this price*: one CDR from stated total down to the tariff element of each slice. */

import { Braces, CheckCheck, Copy, X } from 'lucide-react';
import { type Ref, useRef, useState } from 'react';
import { api, type CdrDetail, isBucket, type WhatIf as WireWhatIf } from '@/api/client';
import { Button, IconButton } from '@/components/Button';
import { FindingList } from '@/components/FindingList';
import { ProblemPanel } from '@/components/ProblemPanel';
import { Badge, BucketBadge } from '@/components/Status';
import { TariffElements } from '@/components/TariffElements';
import { t } from '@/i18n';
import { useBook } from '@/lib/book';
import { copyText } from '@/lib/clipboard';
import { useCommand } from '@/lib/commands';
import { formatKwh } from '@/lib/decimal';
import { layOutJson } from '@/lib/json';
import { useQuery } from '@/lib/query';
import { testid } from '@/lib/testids';
import { formatDuration, formatInstant, formatLocal, formatLocalClock } from '@/lib/time';
import { Causes } from './Causes';
import { explainAsText } from './explainText';
import { Figures } from './Figures';
import { History, Siblings, SourceInfo } from './History';
import { InWords } from './InWords';
import { Kept } from './Kept';
import { PartsTable } from './PartsTable';
import { PricedLines } from './PricedLines';
import { Roundings } from './Roundings';
import { SignedMeter } from './SignedMeter';
import { AS_NOW, type Supposition, suppositionOf } from './supposition';
import { Timeline } from './Timeline';
import { Truth } from './Truth';
import { WhatIf } from './WhatIf';

export interface DetailPanelProps {
  row: number;
  onClose: () => void;
  onAccept: () => void;
  ref?: Ref<HTMLElement>;
}

export function DetailPanel({ row, onClose, onAccept, ref }: DetailPanelProps) {
  const detail = useQuery('cdr', String(row), () => api.cdr(row));
  const shown = detail.data;
  return (
    <aside
      ref={ref}
      className="detail"
      tabIndex={-1}
      aria-label={t.detail.label}
      aria-busy={detail.loading}
      data-testid={testid.detail}
      data-row={shown?.row.row}
    >
      {detail.problem && <ProblemPanel problem={detail.problem} onRetry={detail.reload} />}
      {shown && (
        <Explained key={shown.row.row} detail={shown} onClose={onClose} onAccept={onAccept} />
      )}
    </aside>
  );
}

interface ExplainedProps {
  detail: CdrDetail;
  onClose: () => void;
  onAccept: () => void;
}

function Explained({ detail, onClose, onAccept }: ExplainedProps) {
  const { row } = detail;
  const { isPayable, partnerName } = useBook();
  const [raw, setRaw] = useState(false);
  const payable = isPayable(row.partner);
  const copy = () => void copyText(explainAsText(detail, partnerName(row.partner), payable));
  useCommand('cdr.copyText', copy);
  const trying = useTrying(detail);
  useCommand('cdr.whatif', trying.toggle);
  return (
    <>
      <header className="detail-head">
        <div className="row">
          <h2 className="grow truncate mono-id" title={row.id}>
            {row.id}
          </h2>
          {isBucket(row.bucket) && <BucketBadge bucket={row.bucket} testId={testid.detailBucket} />}
          {row.credit && <Badge tone="info">{t.explorer.credit}</Badge>}
          <IconButton
            label={t.close}
            keys="Escape"
            icon={<X size={16} aria-hidden />}
            onClick={onClose}
            testId={testid.detailClose}
          />
        </div>
        <p className="muted truncate">
          {partnerName(row.partner)} · {row.location}
        </p>
      </header>
      <div className="detail-body">
        {detail.kept && <Kept kept={detail.kept} />}
        <Figures detail={detail} payable={payable} />
        {detail.verdict === 'differs' && (
          <Causes row={row.row} currency={row.currency} onTry={trying.ask} />
        )}
        <div className="row row-wrap">
          {row.bucket === 'differs' && (
            <Button
              variant="primary"
              icon={<CheckCheck size={15} aria-hidden />}
              keys="1"
              onClick={onAccept}
              testId={testid.acceptOpen}
            >
              {t.explorer.accept}
            </Button>
          )}
          <Button icon={<Copy size={14} aria-hidden />} onClick={copy} testId={testid.copyText}>
            {t.detail.copy}
          </Button>
          <Button icon={<Braces size={14} aria-hidden />} onClick={() => setRaw(!raw)}>
            {raw ? t.detail.hideRaw : t.detail.showRaw}
          </Button>
        </div>
        {raw && (
          <pre className="raw" data-testid={testid.rawJson}>
            {layOutJson(detail.raw)}
          </pre>
        )}
        <WhatIf detail={detail} payable={payable} {...trying.section} />
        <Facts detail={detail} />
        {detail.findings.length > 0 && (
          <Section title={t.detail.findings} count={detail.findings.length}>
            <FindingList findings={detail.findings} />
          </Section>
        )}
        <Section title={t.detail.timeline} note={zoneNote(detail)}>
          <Timeline detail={detail} />
        </Section>
        <Section title={t.detail.parts}>
          <PartsTable detail={detail} payable={payable} />
        </Section>
        <Section title={t.detail.lines}>
          <PricedLines detail={detail} />
        </Section>
        <InWords row={row.row} />
        {detail.tariffs.map((tariff) => (
          <Section
            key={tariff.id}
            title={`${t.detail.tariff} ${tariff.id}`}
            note={t.detail.tariffSource[tariff.source] ?? tariff.source}
          >
            <TariffElements tariff={tariff} />
          </Section>
        ))}
        <Section title={t.detail.roundings}>
          <Roundings detail={detail} />
        </Section>
        {detail.truth.length > 0 && (
          <Section title={t.truth.title}>
            <Truth truth={detail.truth} />
          </Section>
        )}
        {detail.signed && (
          <Section title={t.detail.signed}>
            <SignedMeter signed={detail.signed} />
          </Section>
        )}
        <Section title={t.detail.history}>
          <History
            entries={detail.history}
            earlier={detail.earlier}
            currency={detail.row.currency}
          />
        </Section>
        {detail.siblings.length > 0 && (
          <Section title={t.detail.siblings} count={detail.siblings.length}>
            <Siblings rows={detail.siblings} />
          </Section>
        )}
        <Section title={t.detail.source}>
          <SourceInfo source={detail.source} />
        </Section>
      </div>
    </>
  );
}

/** What is supposed, from what is kept on, and the section where it is tried. */
function useTrying({ kept }: CdrDetail) {
  const [open, setOpen] = useState(false);
  const [supposed, setSupposed] = useState<Supposition | null>(null);
  const start = kept ? suppositionOf(kept.what) : AS_NOW;
  const ref = useRef<HTMLButtonElement>(null);
  const show = () => {
    setOpen(true);
    ref.current?.focus({ preventScroll: true });
    ref.current?.scrollIntoView({ block: 'nearest' });
  };
  const ask = (question: WireWhatIf) => {
    setSupposed(suppositionOf(question));
    show();
  };
  const toggle = () => (open ? setOpen(false) : show());
  const section = {
    ref,
    open,
    onOpen: setOpen,
    supposed: supposed ?? start,
    onSupposed: setSupposed,
    onReset: () => setSupposed(null),
  };
  return { ask, toggle, section };
}

function zoneNote(detail: CdrDetail): string {
  return t.detail.zone(detail.time_zone, detail.zone_source);
}

interface SectionProps {
  title: string;
  note?: string;
  count?: number;
  children: React.ReactNode;
}

function Section({ title, note, count, children }: SectionProps) {
  return (
    <section className="detail-section">
      <h3>
        {title}
        {count !== undefined && <span className="faint"> {count}</span>}
        {note && <span className="detail-note">{note}</span>}
      </h3>
      {children}
    </section>
  );
}

function Facts({ detail }: { detail: CdrDetail }) {
  const { row } = detail;
  const day = row.start_local.slice(0, 10) === detail.end_local.slice(0, 10);
  const end = day ? formatLocalClock(detail.end_local) : formatLocal(detail.end_local);
  return (
    <dl className="facts">
      <dt>{t.detail.when}</dt>
      <dd title={t.detail.utc(formatInstant(row.start_at))}>
        {formatLocal(row.start_local)} – {end}{' '}
        <span className="muted">({formatDuration(row.duration_s * 1000)})</span>
      </dd>
      <dt>{t.detail.energy}</dt>
      <dd>{formatKwh(row.energy_kwh)}</dd>
      <dt>{t.detail.where}</dt>
      <dd>
        {row.evse}
        {detail.place && <span className="muted"> · {detail.place}</span>}
      </dd>
      <dt>{t.detail.who}</dt>
      <dd>
        {row.contract || t.none}
        {detail.auth_method && <span className="muted"> · {detail.auth_method}</span>}
      </dd>
      <dt>{t.detail.session}</dt>
      <dd className="truncate" title={detail.session ?? undefined}>
        {detail.session ?? <span className="muted">{t.detail.noSession}</span>}
      </dd>
      {detail.invoice && (
        <>
          <dt>{t.settle.title}</dt>
          <dd>{t.detail.invoice(detail.invoice.number)}</dd>
        </>
      )}
    </dl>
  );
}
