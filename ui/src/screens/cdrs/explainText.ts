/** The explanation as plain text, for an e-mail to a driver or a partner. */

import type { AmountDto, CdrDetail } from '@/api/client';
import { findingText, t } from '@/i18n';
import { formatKwh, formatMoney, formatRate } from '@/lib/decimal';
import { formatDuration, formatLocal, formatLocalClock } from '@/lib/time';
import { dimensionName, formatUnitPrice, formatVolume } from '@/lib/units';
import { choiceOf, reasonText } from './PricedLines';

export function explainAsText(detail: CdrDetail, partner: string, payable: boolean): string {
  const { row } = detail;
  const { currency } = row;
  const money = (amount: string | null | undefined) =>
    amount === null || amount === undefined
      ? t.none
      : formatMoney({ amount, currency }, { exact: true });
  const both = (amount: AmountDto | null) =>
    amount ? `${money(amount.excl_vat)} ${t.excl}, ${money(amount.incl_vat)} ${t.incl}` : t.none;
  const difference = detail.difference.total?.excl_vat;
  const lines = detail.lines.map((line) => {
    const amount = line.amount.excl_vat ?? line.amount.incl_vat;
    const stepped =
      line.measured === line.billed ? '' : ` -> ${formatVolume(line.dimension, line.billed)}`;
    const passed = choiceOf(line, detail)?.passed ?? [];
    return [
      `- ${dimensionName(line.dimension, line.phase)}, ${formatLocalClock(line.start_local)} to ` +
        `${formatLocalClock(line.end_local)}: ${formatVolume(line.dimension, line.measured)}` +
        `${stepped} x ${formatUnitPrice(line, currency)} = ${money(amount)} ` +
        `(${t.detail.rate(line.vat === null ? null : formatRate(line.vat))})`,
      `  ${t.detail.element(line.element)} ${t.detail.ofTariff(detail.tariffs[line.tariff]?.id ?? '')}`,
      ...passed.map((one) => `  ${t.detail.element(one.element)}: ${reasonText(one)}`),
    ].join('\n');
  });
  return [
    `CDR ${row.id}, ${partner}`,
    `${formatLocal(row.start_local)} to ${formatLocal(detail.end_local)} ` +
      `(${formatDuration(row.duration_s * 1000)}), ${formatKwh(row.energy_kwh)}`,
    `${row.location}, ${row.evse}`,
    '',
    `${t.detail.stated}: ${both(detail.stated.total)}`,
    `${t.detail.replayed}: ${both(detail.replayed.total)}`,
    ...(difference
      ? [`${t.differenceWords({ amount: difference, currency }, payable)} (${t.excl})`]
      : []),
    '',
    `${t.detail.lines}:`,
    ...lines,
    ...(detail.findings.length > 0
      ? [
          '',
          `${t.detail.findings}:`,
          ...detail.findings.map((finding) => {
            const text = findingText(finding.code);
            return `- ${text.name}. ${text.sentence} (${finding.at})`;
          }),
        ]
      : []),
  ].join('\n');
}
