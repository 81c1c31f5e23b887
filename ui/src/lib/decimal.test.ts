import { describe, expect, it } from 'vitest';
import {
  absolute,
  firstLocale,
  formatAmount,
  formatCount,
  formatKwh,
  formatMoney,
  formatQuantity,
  formatRate,
  fractionDigits,
  isNegative,
  isZero,
} from './decimal';

const eur = (amount: string) => ({ amount, currency: 'EUR' });

describe('amounts', () => {
  it('formats decimals exactly that no float can hold', () => {
    // As a float this is 12345678901234568.
    expect(formatMoney(eur('12345678901234567.89'), { locale: 'en' })).toBe(
      '€12,345,678,901,234,567.89',
    );
  });

  it('shows the digits of the currency, and more only where asked to', () => {
    expect(formatMoney(eur('3.14159'), { locale: 'en' })).toBe('€3.14');
    expect(formatMoney(eur('3.14159'), { locale: 'en', exact: true })).toBe('€3.14159');
    expect(formatMoney(eur('3.5000'), { locale: 'en', exact: true })).toBe('€3.50');
    expect(formatMoney({ amount: '1200', currency: 'JPY' }, { locale: 'en' })).toBe('¥1,200');
  });

  it('follows the locale of the reader', () => {
    expect(formatMoney(eur('1234.5'), { locale: 'de' }).replace(/\s/g, ' ')).toBe('1.234,50 €');
    expect(formatAmount(eur('1234.5'), { locale: 'nl' })).toBe('1.234,50');
  });

  it('signs differences but not zero', () => {
    expect(formatMoney(eur('0.42'), { locale: 'en', signed: true })).toBe('+€0.42');
    expect(formatMoney(eur('-0.42'), { locale: 'en', signed: true })).toBe('-€0.42');
    expect(formatMoney(eur('0.00'), { locale: 'en', signed: true })).toBe('€0.00');
  });
});

it('takes the first locale that is one', () => {
  expect(firstLocale(['C', 'de-DE'])).toBe('de-DE');
  expect(firstLocale(['POSIX.utf8', undefined, ''])).toBe('en');
  expect(firstLocale(['nl'])).toBe('nl');
});

describe('reading a decimal as text', () => {
  it.each([
    ['0', true, false],
    ['-0.000', true, false],
    ['0.0001', false, false],
    ['-0.0001', false, true],
    ['-12', false, true],
  ])('%s', (text, zero, negative) => {
    expect(isZero(text)).toBe(zero);
    expect(isNegative(text)).toBe(negative);
  });

  it('takes the sign off and counts digits', () => {
    expect(absolute('-1.50')).toBe('1.50');
    expect(absolute('+1.50')).toBe('1.50');
    expect(fractionDigits('1.5000')).toBe(1);
    expect(fractionDigits('15')).toBe(0);
  });
});

describe('quantities', () => {
  it('keeps kWh at three digits and rates short', () => {
    expect(formatKwh('812345.678', 'en')).toBe('812,345.678 kWh');
    expect(formatQuantity('0.6667', 6, 0, 'en')).toBe('0.6667');
    expect(formatRate('21.0', 'en')).toBe('21 %');
    expect(formatCount(41_200, 'en')).toBe('41,200');
  });
});
