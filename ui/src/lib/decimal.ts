/**
 * Decimal strings on the screen. Amounts and energy cross the border as text and stay text:
 * nothing here parses them into a float or adds them up. `Intl.NumberFormat` formats a decimal
 * string exactly; TypeScript's typing lags behind, hence the one cast.
 */

import type { Money } from '@/api/client';

const cache = new Map<string, Intl.NumberFormat>();

function formatter(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale}|${JSON.stringify(options)}`;
  let found = cache.get(key);
  if (!found) {
    found = new Intl.NumberFormat(locale, options);
    cache.set(key, found);
  }
  return found;
}

function format(locale: string, options: Intl.NumberFormatOptions, text: string): string {
  return formatter(locale, options).format(text as unknown as number);
}

/**
 * The first of these that is a language tag. A webview under the POSIX locale calls its language
 * `C`, which every formatter refuses.
 */
export function firstLocale(names: readonly (string | undefined)[]): string {
  for (const name of names) {
    try {
      if (name && Intl.NumberFormat.supportedLocalesOf(name).length > 0) return name;
    } catch {
      // Not a language tag: the next one.
    }
  }
  return 'en';
}

let locale: string | undefined;

/** The reader's locale, as the system gives it. */
export function userLocale(): string {
  locale ??= firstLocale(
    typeof navigator === 'undefined' ? [] : [navigator.language, ...(navigator.languages ?? [])],
  );
  return locale;
}

/** True for text such as "0", "-0.000": no digit but zero. */
export function isZero(text: string): boolean {
  return !/[1-9]/.test(text);
}

/** True below zero. "-0.00" is not below zero. */
export function isNegative(text: string): boolean {
  return text.trimStart().startsWith('-') && !isZero(text);
}

/** The same decimal without its sign. */
export function absolute(text: string): string {
  return text.trim().replace(/^[+-]/, '');
}

/** How many digits stand behind the decimal point, trailing zeros not counted. */
export function fractionDigits(text: string): number {
  const fraction = text.split('.')[1] ?? '';
  return fraction.replace(/0+$/, '').length;
}

export interface MoneyStyle {
  /** Show more digits than the currency has, as unrounded lines need. */
  exact?: boolean;
  /** Write a plus sign too, for differences. */
  signed?: boolean;
  locale?: string;
}

/** "€ 1,234.50": always with its currency. `exact` keeps up to 8 digits when there are any. */
export function formatMoney(money: Money, style: MoneyStyle = {}): string {
  const options: Intl.NumberFormatOptions = { style: 'currency', currency: money.currency };
  if (style.exact) {
    const usual = currencyDigits(money.currency);
    options.minimumFractionDigits = usual;
    options.maximumFractionDigits = Math.max(usual, Math.min(8, fractionDigits(money.amount)));
  }
  if (style.signed) options.signDisplay = 'exceptZero';
  return format(style.locale ?? userLocale(), options, money.amount);
}

/** The digits a currency is written with: 2 for EUR, 0 for JPY. */
export function currencyDigits(currency: string): number {
  const options = formatter('en', { style: 'currency', currency }).resolvedOptions();
  return options.maximumFractionDigits ?? 2;
}

/** The bare number of an amount with the currency's digits, for columns headed by the currency. */
export function formatAmount(money: Money, style: MoneyStyle = {}): string {
  const digits = currencyDigits(money.currency);
  const options: Intl.NumberFormatOptions = {
    minimumFractionDigits: digits,
    maximumFractionDigits: style.exact
      ? Math.max(digits, Math.min(8, fractionDigits(money.amount)))
      : digits,
  };
  if (style.signed) options.signDisplay = 'exceptZero';
  return format(style.locale ?? userLocale(), options, money.amount);
}

/** A quantity such as energy: up to `digits` digits behind the point, grouped. */
export function formatQuantity(text: string, digits = 3, minimum = 0, locale?: string): string {
  const options = { minimumFractionDigits: minimum, maximumFractionDigits: digits };
  return format(locale ?? userLocale(), options, text);
}

/** "12.345 kWh". */
export function formatKwh(text: string, locale?: string): string {
  return `${formatQuantity(text, 3, 3, locale)} kWh`;
}

/** A whole number of things, grouped: "41,200". */
export function formatCount(count: number, locale?: string): string {
  return formatter(locale ?? userLocale(), { maximumFractionDigits: 0 }).format(count);
}

/** Percent from a decimal string such as "21.0": "21 %". */
export function formatRate(text: string, locale?: string): string {
  return `${formatQuantity(text, 2, 0, locale)} %`;
}
