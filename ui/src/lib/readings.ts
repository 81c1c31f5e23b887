/** What a text in a spreadsheet can mean when two readings fit: for showing both to a person. */

const DATE = /(?:^|\D)(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?:\D|$)/;

const MONTH = new Intl.DateTimeFormat('en', { month: 'long', timeZone: 'UTC' });

/** "3 April 2026" and "4 March 2026" for `03/04/2026`; null where only one of them is a date. */
export function bothDates(text: string): [dayFirst: string, monthFirst: string] | null {
  const [, one, two, year] = DATE.exec(text) ?? [];
  if (!one || !two || !year || Number(one) > 12 || Number(two) > 12) return null;
  const full = year.length === 2 ? `20${year}` : year;
  const date = (day: string, month: string) =>
    `${Number(day)} ${MONTH.format(new Date(Date.UTC(2000, Number(month) - 1)))} ${full}`;
  return [date(one, two), date(two, one)];
}

/** Whether a date can be read in one order only, such as `13/05/2026`. */
export function isDecisive(text: string): boolean {
  const [, one, two] = DATE.exec(text) ?? [];
  return one !== undefined && (Number(one) > 12 || Number(two) > 12);
}

/** The figures before the sign: `1` of `1.234`. */
export function leadingFigure(text: string): string {
  return /-?\d+/.exec(text)?.[0] ?? text;
}

/** A grouped number without its groups: `1234` of `1.234`. */
export function onlyDigits(text: string): string {
  return text.replace(/[^\d-]/g, '');
}
