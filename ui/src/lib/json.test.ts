import { expect, it } from 'vitest';
import { layOutJson } from './json';

it('lays JSON out without touching a number or a text', () => {
  expect(layOutJson('{"a":4.10,"b":[1,{"c":"x, {y: \\"z\\"}"}],"d":[],"e":{ }}')).toBe(
    [
      '{',
      '  "a": 4.10,',
      '  "b": [',
      '    1,',
      '    {',
      '      "c": "x, {y: \\"z\\"}"',
      '    }',
      '  ],',
      '  "d": [],',
      '  "e": {}',
      '}',
    ].join('\n'),
  );
});

it('gives the same again for what is laid out already', () => {
  const once = layOutJson('[{"a":1},{"b":[2,3]}]');
  expect(layOutJson(once)).toBe(once);
});
