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
    return evidence && isSaid
      ? { ...evidence, because: 'person', reason: 'person', row: null }
      : evidence;
  };
  const zone = found('zone');
  const hasMoney = preview.columns.some((one) => MONEY.includes(one.field));
  return (
    <div className="settings">
      {sheet.sheets.length > 1 && (
        <Words
          what="sheet"
          value={sheet.name}
          names={sheet.sheets.map((one) => [one, one])}
          evidence={found('sheet')}
          onValue={set}
        />
      )}
      <Words
        what="header"
        value={sheet.header}
        names={headers(sheet)}
        evidence={found('header')}
        onValue={set}
      />
      <Words
        what="kind"
        value={preview.kind}
        names={named('kind', KINDS)}
        evidence={found('kind')}
        onValue={set}
      />
      {zone && (
        <Setting name={t.mapping.setting('zone')} evidence={zone}>
          <ZoneSetting
            evidence={zone}
            ofPartner={agreed?.time_zone ?? ''}
            onZone={(value) => set('zone', value)}
          />
        </Setting>
      )}
      {WORDS.map(({ what, values }) => {
        const evidence = found(what);
        if (!evidence) return null;
        const { value } = evidence;
        const all = values.includes(value) ? values : [value, ...values];
        const names = named(what, all);
        return <Words key={what} {...{ what, value, names, evidence }} onValue={set} />;
      })}
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

type Names = readonly (readonly [value: string, name: string])[];

function named(what: string, values: readonly string[]): Names {
  return values.map((one) => [one, t.mapping.value(what, one)]);
}

interface WordsProps {
  what: string;
  value: string;
  names: Names;
  evidence: EvidenceDto | undefined;
  onValue: (what: string, value: string) => void;
}

/** A setting that is chosen from a few words. */
function Words({ what, value, names, evidence, onValue }: WordsProps) {
  const name = t.mapping.setting(what);
  return (
    <Setting name={name} evidence={evidence}>
      <Select
        label={name}
        value={value}
        names={names}
        onValue={(chosen) => onValue(what, chosen)}
        testId={testid.setting(what)}
      />
    </Setting>
  );
}

/** No headings, each of the first rows, and each of them with the next. */
function headers(sheet: SheetPreview): Names {
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
