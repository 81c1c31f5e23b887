import { describe, expect, it } from 'vitest';
import { complete, wordAt } from './complete';
import { parseFilter } from './parse';
import { emptyFilter, formatTerms, type Term, toCdrFilter, toggleTerm, withTerm } from './terms';

const NOWHERE = { partner: null, month: null };

describe('the filter sentence', () => {
  it('reads like the example in the help', () => {
    const { terms, complaints } = parseFilter(
      'partner:nl-abc month:2026-09 differs >0.50 evse:BE*ABC* "Jaarbeurs P3"',
    );
    expect(complaints).toEqual([]);
    expect(toCdrFilter(terms, NOWHERE)).toEqual({
      ...emptyFilter(),
      partners: ['NL-ABC'],
      months: ['2026-09'],
      buckets: ['differs'],
      difference_above: '0.50',
      evse: 'BE*ABC*',
      text: 'Jaarbeurs P3',
    });
  });

  const every: Term[] = [
    { kind: 'partner', value: 'NL-ABC' },
    { kind: 'month', value: '2026-09' },
    { kind: 'bucket', value: 'missing_session' },
    { kind: 'bucket', value: 'differs' },
    { kind: 'verdict', value: 'not_priced' },
    { kind: 'difference', above: '0.50' },
    { kind: 'stated', op: '>=', value: '10' },
    { kind: 'stated', op: '<=', value: '20.5' },
    { kind: 'kwh', op: '=', value: '0' },
    { kind: 'longer', hours: '24' },
    { kind: 'finding', value: 'period_not_split' },
    { kind: 'evse', value: 'BE*ABC*' },
    { kind: 'currency', value: 'SEK' },
    { kind: 'credit', value: true },
    { kind: 'import', id: 7 },
    { kind: 'invoice', id: 3 },
    { kind: 'text', value: 'two words' },
    { kind: 'text', value: 'differs' },
  ];

  it.each(every.map((term) => [formatTerms([term]), term] as const))(
    'round trip of %s',
    (sentence, term) => {
      expect(parseFilter(sentence)).toEqual({ terms: [term], complaints: [] });
    },
  );

  it('comes back whole from one sentence', () => {
    expect(parseFilter(formatTerms(every)).terms).toEqual(every);
  });

  it.each([
    ['>0,50', '>0.50'],
    ['difference>2', '>2'],
    ['status:needs_tariff', 'needs-tariff'],
    ['kwh>20', 'kwh>=20'],
    ['energy<=5', 'kwh<=5'],
    ['longer:24h', 'longer:24'],
    ['longer>24', 'longer:24'],
    ['credit:no', 'credit:no'],
    ['differs differs', 'differs'],
    ['evse:A* evse:B*', 'evse:B*'],
    ['"open quote', '"open quote"'],
  ])('%s is the same as %s', (typed, canonical) => {
    expect(formatTerms(parseFilter(typed).terms)).toBe(canonical);
  });

  it('says what it did not understand', () => {
    const { terms, complaints } = parseFilter('colour:red month:2026-13 >much CDR-17');
    expect(complaints).toEqual([
      { what: 'unknown', word: 'colour:red' },
      { what: 'unknown', word: 'month:2026-13' },
      { what: 'not_a_number', word: '>much' },
    ]);
    expect(toCdrFilter(terms, NOWHERE).text).toBe('colour:red month:2026-13 CDR-17');
  });

  it('stays within partner and month of all screens unless it names its own', () => {
    const scope = { partner: 'NL-ABC', month: '2026-09' };
    expect(toCdrFilter([], scope)).toMatchObject({ partners: ['NL-ABC'], months: ['2026-09'] });
    const other = parseFilter('partner:BE-VLC').terms;
    expect(toCdrFilter(other, scope)).toMatchObject({ partners: ['BE-VLC'], months: ['2026-09'] });
  });

  it('adds, replaces and switches terms', () => {
    const differs: Term = { kind: 'bucket', value: 'differs' };
    expect(toggleTerm(toggleTerm([], differs), differs)).toEqual([]);
    const two = withTerm([{ kind: 'difference', above: '1' }], { kind: 'difference', above: '2' });
    expect(two).toEqual([{ kind: 'difference', above: '2' }]);
  });
});

describe('completion', () => {
  const known = {
    partners: [
      { key: 'NL-ABC', name: 'Examplo' },
      { key: 'BE-VLC', name: 'Vlaamse' },
    ],
    months: ['2026-10', '2026-09'],
    currencies: ['EUR'],
  };
  const inserts = (word: string) => complete(word, known).map((one) => one.insert);

  it('offers conditions, then their values', () => {
    expect(inserts('di')).toEqual(['differs', 'disputed']);
    expect(inserts('par')).toEqual(['partner:']);
    expect(inserts('partner:exam')).toEqual(['partner:NL-ABC']);
    expect(inserts('month:09')).toEqual(['month:2026-09']);
    expect(inserts('finding:boundary')).toEqual(['finding:period_not_split']);
    expect(inserts('"diff')).toEqual([]);
  });

  it('finds the word under the cursor', () => {
    expect(wordAt('differs evse:BE', 15)).toEqual({ start: 8, end: 15 });
    expect(wordAt('differs evse:BE', 3)).toEqual({ start: 0, end: 7 });
    expect(wordAt('"two words" x', 13)).toEqual({ start: 12, end: 13 });
  });
});
