/** What counts for the whole file: sheet, headings, kind of rows, dates, zone, money, ids. */

import type { ChangeDto, EvidenceDto, ImportPreview, SheetPreview } from '@/api/client';
import { Select } from '@/components/Select';
import { t } from '@/i18n';
import { useBook } from '@/lib/book';
import { testid } from '@/lib/testids';
import { change } from '../queue';
import { changeOf } from './reading';
import { Setting } from './Setting';
import { TypedSetting } from './TypedSetting';
import { ZoneSetting } from './ZoneSetting';

interface SettingsProps {
  token: string;
  preview: ImportPreview;
  sheet: SheetPreview;
  /** What a person said, which is then the reason. */
  said: readonly ChangeDto[];
}

const KINDS = ['cdrs', 'sessions', 'statement', 'transactions'];

/** Settings chosen from a few words, and when the file has something to say about them. */
const WORDS: readonly { what: string; values: readonly string[] }[] = [
  { what: 'date_order', values: ['day_first', 'month_first'] },
  { what: 'amount', values: ['net', 'gross'] },
  { what: 'record_id', values: ['column', 'content'] },
];

export function Settings({ token, preview, sheet, said }: SettingsProps) {
  const book = useBook();
  const agreed = preview.partner ? book.partner(preview.partner.key) : undefined;
  const set = (what: string, value: string) => change(token, changeOf(what, value));
  const found = (what: string) => {
    const evidence = preview.evidence.find((one) => one.what === what);
    const isSaid = said.some((one) => one.what === what);
    return evidence && isSaid ? { ...evidence, because: 'person', row: null } : evidence;
  };
  const zone = found('zone');
  const hasMoney = preview.columns.some((one) => MONEY.includes(one.field));
  return (
    <div className="settings">
      {sheet.sheets.length > 1 && (
        <Setting name={t.mapping.setting('sheet')} evidence={found('sheet')}>
          <Select
            label={t.mapping.setting('sheet')}
            value={sheet.name}
            names={sheet.sheets.map((one) => [one, one])}
            onValue={(value) => set('sheet', value)}
            testId={testid.setting('sheet')}
          />
        </Setting>
      )}
      <Setting name={t.mapping.setting('header')} evidence={found('header')}>
        <Select
          label={t.mapping.setting('header')}
          value={sheet.header}
          names={headers(sheet)}
          onValue={(value) => set('header', value)}
          testId={testid.setting('header')}
        />
      </Setting>
      <Setting name={t.mapping.setting('kind')} evidence={found('kind')}>
        <Select
          label={t.mapping.setting('kind')}
          value={preview.kind}
          names={KINDS.map((one) => [one, t.mapping.value('kind', one)])}
          onValue={(value) => set('kind', value)}
          testId={testid.setting('kind')}
        />
      </Setting>
      {zone && (
        <Setting name={t.mapping.setting('zone')} evidence={zone}>
          <ZoneSetting
            evidence={zone}
            ofPartner={agreed?.time_zone ?? ''}
            onZone={(value) => set('zone', value)}
          />
        </Setting>
      )}
      {WORDS.map(({ what, values }) => (
        <Words key={what} what={what} values={values} evidence={found(what)} onValue={set} />
      ))}
      {hasMoney && (
        <>
          <Setting name={t.mapping.setting('currency')} evidence={found('currency')}>
            <TypedSetting
              label={t.mapping.setting('currency')}
              value={found('currency')?.value ?? ''}
              placeholder={agreed?.currency ?? t.mapping.ofPartner}
              read={(typed) => /^([A-Z]{3})?$/.exec(typed.trim().toUpperCase())?.[0] ?? null}
              wrong={t.mapping.badCurrency}
              onValue={(value) => set('currency', value)}
              testId={testid.setting('currency')}
            />
          </Setting>
          <Setting name={t.mapping.setting('vat_rate')} evidence={found('vat_rate')}>
            <TypedSetting
              label={t.mapping.setting('vat_rate')}
              value={found('vat_rate')?.value ?? ''}
              placeholder={t.mapping.none}
              read={rateOf}
              wrong={t.mapping.badRate}
              onValue={(value) => set('vat_rate', value)}
              testId={testid.setting('vat_rate')}
            />
          </Setting>
        </>
      )}
    </div>
  );
}

const MONEY = ['net', 'vat', 'gross', 'amount', 'energy_cost', 'time_cost', 'parking_cost'];

interface WordsProps {
  what: string;
  values: readonly string[];
  evidence: EvidenceDto | undefined;
  onValue: (what: string, value: string) => void;
}

function Words({ what, values, evidence, onValue }: WordsProps) {
  if (!evidence) return null;
  const { value } = evidence;
  const all = values.includes(value) ? values : [value, ...values];
  return (
    <Setting name={t.mapping.setting(what)} evidence={evidence}>
      <Select
        label={t.mapping.setting(what)}
        value={value}
        names={all.map((one) => [one, t.mapping.value(what, one)])}
        onValue={(chosen) => onValue(what, chosen)}
        testId={testid.setting(what)}
      />
    </Setting>
  );
}

/** No headings, each of the first rows, and each of them with the next. */
function headers(sheet: SheetPreview): (readonly [string, string])[] {
  const rows = sheet.grid.map((row) => row.number);
  const known = rows.slice(0, -1);
  const names: (readonly [string, string])[] = [
    ['none', t.mapping.headerNone],
    ...rows.map((row) => [String(row), t.mapping.headerRow(row)] as const),
    ...known.map((row) => [`${row}-${row + 1}`, t.mapping.headerRows(row)] as const),
  ];
  return names.some(([code]) => code === sheet.header)
    ? names
    : [[sheet.header, t.mapping.headerRow(Number.parseInt(sheet.header, 10))], ...names];
}

/** A rate as the core reads it; empty for none, null where it is no rate. */
function rateOf(typed: string): string | null {
  const text = typed.trim().replace(',', '.').replace(/\s*%$/, '');
  return /^(\d{1,2}(\.\d+)?)?$/.test(text) ? text : null;
}
