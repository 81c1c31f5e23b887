import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fieldGroups } from './fields.en';
import { findings } from './findings.en';
import { findingText, t } from './index';
import { hasProblemText, problemText } from './problems.en';

describe('texts', () => {
  it('has a name and a sentence for every finding the engine can make, and no other', () => {
    const source = readFileSync('../src-tauri/crates/domain/src/finding.rs', 'utf8');
    const codes = [...source.matchAll(/^ {4}\w+ = "([a-z_]+)", \w+;$/gm)].map((m) => m[1] ?? '');
    expect(codes.length).toBeGreaterThan(50);
    expect(Object.keys(findings).sort()).toEqual([...codes].sort());
    for (const code of codes) {
      expect(findingText(code).name.length, code).toBeGreaterThan(3);
      expect(findingText(code).sentence, code).toMatch(/\.$/);
    }
  });

  it('speaks about every problem the use cases and the window can meet', () => {
    const folders = ['../src-tauri/crates/office/src', '../src-tauri/src'];
    const files = folders.flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.rs'))
        .map((name) => readFileSync(`${folder}/${name}`, 'utf8')),
    );
    const made =
      /(?:refused|problem)\(\s*"([a-z_]+)"|=> \("([a-z_]+)", "(?:no|later|after_change)"\)|Error::\w+(?: \{ \.\. \}|\(_\)) => "([a-z_]+)"/g;
    const codes = files.flatMap((text) =>
      [...text.matchAll(made)].map((match) => match[1] ?? match[2] ?? match[3] ?? ''),
    );
    expect(codes.length).toBeGreaterThan(10);
    expect(codes.filter((code) => code !== 'bug' && !hasProblemText(code))).toEqual([]);
  });

  it('has a name in one group for every field that a column can fill', () => {
    const source = readFileSync('../src-tauri/crates/sheet/src/field.rs', 'utf8');
    const variants = [...source.matchAll(/^ {4}([A-Z]\w+): \["/gm)].map((m) => m[1] ?? '');
    const snake = (name: string) => name.replace(/(?!^)[A-Z]/g, (big) => `_${big}`).toLowerCase();
    const fields = variants.filter((name) => name !== 'Other').map(snake);
    expect(fields.length).toBeGreaterThan(40);
    const named = fieldGroups.flatMap((group) => Object.keys(group.fields));
    expect([...named].sort()).toEqual([...fields].sort());
  });

  it('shows an unknown code rather than nothing', () => {
    expect(findingText('new_code').name).toBe('new code');
    expect(problemText('never_heard').happened).toBe('Something went wrong that should not.');
  });

  it('says signs in words, from our side', () => {
    const eur = (amount: string) => ({ amount, currency: 'EUR' });
    expect(t.differenceWords(eur('0.42'), true)).toBe('They ask €0.42 more than the tariff gives');
    expect(t.differenceWords(eur('-0.42'), false)).toBe('We ask €0.42 less than the tariff gives');
    expect(t.differenceWords(eur('0.00'), true)).toBe('No difference');
  });

  it('writes the consequence of an import as one line', () => {
    const counts = { fresh: 41_200, known: 310, corrections: 12, rejected: 7 };
    expect(t.import.consequence(counts)).toBe(
      '41,200 new · 310 already known · 12 corrections · 7 not readable',
    );
    expect(t.import.consequence({ ...counts, corrections: 1 })).toContain('1 correction ·');
  });

  it('uses the fixed words for statuses', () => {
    expect(Object.values(t.bucket)).toEqual([
      'Matched',
      'Differs',
      'Missing CDR',
      'Missing session',
      'Duplicate',
      'Needs tariff',
      'On hold',
      'Disputed',
      'Accepted',
      'Settled',
    ]);
  });
});
