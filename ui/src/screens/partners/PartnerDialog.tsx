/** A partner's company data and agreement: what invoices print and what replays are read under. */

import { useId, useState } from 'react';
import { api, asProblem, type CompanyDto, type PartnerDto } from '@/api/client';
import { ConfirmDialog } from '@/components/Dialog';
import { t } from '@/i18n';
import { problemText } from '@/i18n/problems.en';
import { changedTopics } from '@/lib/query';
import { testid } from '@/lib/testids';
import { USUAL_THRESHOLDS } from '@/lib/thresholds';
import { toast } from '@/lib/toasts';
import { ThresholdFields } from './ThresholdFields';
import { TruthFields } from './TruthFields';

/** What a new partner starts from; the currency is the one most books use. */
const FRESH: PartnerDto = {
  key: '',
  company: {
    name: '',
    street: '',
    city: '',
    postal_code: '',
    country: '',
    vat_id: '',
    email: '',
    iban: '',
    bic: '',
  },
  currency: 'EUR',
  direction: 'payable',
  time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone || 'Europe/Amsterdam',
  tolerance: '0.01',
  tolerances: { per_kwh: null, per_month: null, percent: null },
  thresholds: USUAL_THRESHOLDS,
  due_days: 30,
  taxable_dealer: false,
  sends_sessions: false,
  policy: {},
  truth: { energy: 'cdr', start: 'cdr', end: 'cdr' },
  missing: [],
};

export interface PartnerDialogProps {
  /** The partner to change; null adds one. */
  partner: PartnerDto | null;
  onClose: () => void;
  onSaved?: (partner: PartnerDto) => void;
}

export function PartnerDialog({ partner, onClose, onSaved }: PartnerDialogProps) {
  const [draft, setDraft] = useState<PartnerDto>(partner ?? FRESH);
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState('');
  const company = (change: Partial<CompanyDto>) =>
    setDraft({ ...draft, company: { ...draft.company, ...change } });
  const save = async () => {
    setBusy(true);
    try {
      const kept = await api.setPartner({ ...draft, key: draft.key.trim().toUpperCase() });
      changedTopics('book', 'board', 'settle', 'cdrs', 'cdr', 'audit');
      toast(t.partner.saved(kept.company.name || kept.key));
      onSaved?.(kept);
      onClose();
    } catch (thrown) {
      const problem = asProblem(thrown);
      setSaid(problem.code === 'bad_request' ? t.partner.bad : problemText(problem.code).happened);
      setBusy(false);
    }
  };
  const field = (name: Exclude<keyof CompanyDto, 'name'>, wide = false) => (
    <Field
      name={name}
      label={t.partner[name]}
      value={draft.company[name]}
      missing={partner?.missing.includes(name)}
      wide={wide}
      onValue={(value) => company({ [name]: value })}
    />
  );
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={
        partner ? t.partner.editTitle(partner.company.name || partner.key) : t.partner.newTitle
      }
      act={partner ? t.partner.save : t.partner.add}
      onAct={() => void save()}
      busy={busy}
      disabled={draft.key.trim() === '' || draft.company.name.trim() === ''}
      actTestId={testid.partnerSave}
      wide
    >
      {partner && partner.missing.length > 0 && (
        <p className="callout tone-warn">{t.partner.missing(partner.missing.length)}</p>
      )}
      <div className="form-grid" data-testid={testid.partnerForm}>
        <Field
          name="key"
          label={t.partner.key}
          value={draft.key}
          hint={t.partner.keyHint}
          fixed={partner !== null}
          onValue={(key) => setDraft({ ...draft, key })}
        />
        <Field
          name="name"
          label={t.partner.name}
          value={draft.company.name}
          missing={partner?.missing.includes('name')}
          onValue={(name) => company({ name })}
        />
        {field('street')}
        {field('postal_code')}
        {field('city')}
        {field('country')}
        {field('vat_id')}
        {field('email')}
        <Field
          name="currency"
          label={t.partner.currency}
          value={draft.currency}
          onValue={(currency) => setDraft({ ...draft, currency: currency.toUpperCase() })}
        />
        <Field
          name="time_zone"
          label={t.partner.time_zone}
          value={draft.time_zone}
          onValue={(time_zone) => setDraft({ ...draft, time_zone })}
        />
        <Field
          name="tolerance"
          label={t.partner.tolerance}
          value={draft.tolerance}
          onValue={(text) => setDraft({ ...draft, tolerance: text.replace(',', '.') })}
        />
        <Field
          name="due_days"
          label={t.partner.due_days}
          value={String(draft.due_days)}
          onValue={(days) => setDraft({ ...draft, due_days: Number(days.replace(/\D/g, '')) })}
        />
        <Agreement draft={draft} onDraft={setDraft} />
      </div>
      {said && (
        <p className="costs" role="alert">
          {said}
        </p>
      )}
    </ConfirmDialog>
  );
}

interface AgreementProps {
  draft: PartnerDto;
  onDraft: (draft: PartnerDto) => void;
}

function Agreement({ draft, onDraft }: AgreementProps) {
  return (
    <>
      <fieldset className="field form-wide plain-fieldset">
        <span>{t.partner.direction}</span>
        <div className="segmented">
          {(['receivable', 'payable'] as const).map((direction) => (
            <button
              key={direction}
              type="button"
              aria-pressed={draft.direction === direction}
              onClick={() => onDraft({ ...draft, direction })}
            >
              {t.partner[direction]}
            </button>
          ))}
        </div>
      </fieldset>
      <label className="row form-wide">
        <input
          type="checkbox"
          checked={draft.sends_sessions}
          onChange={(event) => onDraft({ ...draft, sends_sessions: event.target.checked })}
        />
        {t.partner.sessions}
      </label>
      <label className="row form-wide">
        <input
          type="checkbox"
          checked={draft.taxable_dealer}
          onChange={(event) => onDraft({ ...draft, taxable_dealer: event.target.checked })}
        />
        {t.partner.dealer}
      </label>
      <ThresholdFields
        thresholds={draft.thresholds}
        onThresholds={(thresholds) => onDraft({ ...draft, thresholds })}
      />
      <TruthFields rule={draft.truth} onRule={(truth) => onDraft({ ...draft, truth })} />
    </>
  );
}

interface FieldProps {
  name: string;
  label: string;
  value: string;
  onValue: (value: string) => void;
  hint?: string;
  missing?: boolean;
  fixed?: boolean;
  wide?: boolean;
}

function Field({ name, label, value, onValue, hint, missing, fixed, wide }: FieldProps) {
  const id = useId();
  return (
    <label className={`field${wide ? ' form-wide' : ''}`} htmlFor={id}>
      <span>
        {label}
        {missing && <span className="costs"> *</span>}
      </span>
      <input
        id={id}
        className="input"
        value={value}
        placeholder={hint}
        readOnly={fixed}
        aria-required={missing}
        spellCheck={false}
        data-testid={testid.partnerField(name)}
        onChange={(event) => onValue(event.target.value)}
      />
    </label>
  );
}
