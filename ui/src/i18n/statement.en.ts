/** What is said about partners' statements beside the CDRs of the book. */

import type { Money, StatementRow } from '@/api/client';
import { absolute, formatCount, formatMoney, isNegative, isZero } from '@/lib/decimal';
import { formatMonth } from '@/lib/time';
import { many } from './many.en';

const verdict: Record<string, string> = {
  agrees: 'Agrees',
  differs: 'Differs',
  no_cdr: 'No CDR of ours',
  not_on_statement: 'Not on the statement',
  billed_twice: 'Billed twice',
  month_differs: 'Other month',
};

const verdictText: Record<string, string> = {
  agrees: 'Every figure that both name is the same, to the cent.',
  differs: 'An amount, the currency or the energy is not what the CDR states.',
  no_cdr: 'The statement bills it, and the book holds no such CDR.',
  not_on_statement: 'The book holds the CDR, and no line of the statement is about it.',
  billed_twice: 'Another line of the partner’s statements is about the same CDR.',
  month_differs: 'The figures agree; the partner counts it in another month than its CDR.',
};

const figure: Record<string, string> = {
  excl_vat: 'the net amount',
  vat: 'the VAT',
  incl_vat: 'the gross amount',
  energy: 'the energy',
  currency: 'the currency',
  amount: 'no amount to compare',
};

const matched: Record<string, string> = {
  id: 'Matched by the CDR’s id',
  session: 'Matched by its session',
  start: 'Matched by start and energy',
};

/** What a row has to say beside its amounts. */
function about(row: StatementRow): string {
  const { line, cdr } = row;
  if (row.verdict === 'billed_twice') return 'another line bills it, too';
  if (line && cdr && line.month !== cdr.month) {
    const months = `theirs in ${formatMonth(line.month)}, ours in ${formatMonth(cdr.month)}`;
    return [...row.differs_in.map((word) => figure[word] ?? word), months].join(', ');
  }
  return row.differs_in.map((word) => figure[word] ?? word).join(', ');
}

function differenceWords(money: Money): string {
  if (isZero(money.amount)) return 'No difference';
  const amount = formatMoney({ ...money, amount: absolute(money.amount) }, { exact: true });
  return `They say ${amount} ${isNegative(money.amount) ? 'less' : 'more'} than the CDRs state`;
}

export const statement = {
  differenceWords,
  title: 'Their statement',
  text: 'What the partner says it billed, or will pay, line by line beside the CDRs of the book.',
  emptyTitle: (month: string) => `No statement for ${formatMonth(month)}`,
  emptyText:
    'Import the spreadsheet that the partner sends with its invoice: each of its lines is found among the CDRs, and CDRs are never changed by it.',
  lines: (count: number, files: number) => `${many(count, 'line')} in ${many(files, 'file')}`,
  verdict: (code: string) => verdict[code] ?? code.replaceAll('_', ' '),
  verdictText: (code: string) => verdictText[code] ?? '',
  all: 'All rows',
  matched: (by: string) => matched[by] ?? by,
  about,
  columns: {
    verdict: 'Result',
    rows: 'Rows',
    reported: 'They say, net',
    stated: 'We hold, net',
    difference: 'Difference',
    cdr: 'CDR',
    start: 'Start',
  },
  row: (number: number) => `row ${formatCount(number)}`,
  theirLine: (name: string) => `Their line: ${name}`,
  more: (shown: number, total: number) =>
    `${formatCount(shown)} of ${formatCount(total)} rows shown.`,
  showMore: 'Show more',
};
