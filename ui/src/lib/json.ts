/** Lays JSON text out over lines without parsing it, so that every number keeps its spelling. */

export function layOutJson(text: string): string {
  let out = '';
  let depth = 0;
  let inText = false;
  const newline = () => `\n${'  '.repeat(Math.max(0, depth))}`;
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i] ?? '';
    if (inText) {
      out += c;
      if (c === '\\') {
        out += text[i + 1] ?? '';
        i += 1;
      } else if (c === '"') inText = false;
    } else if (c === '"') {
      inText = true;
      out += c;
    } else if (c === '{' || c === '[') {
      const closer = c === '{' ? '}' : ']';
      const rest = text.slice(i + 1).match(/^\s*([}\]])/);
      if (rest?.[1] === closer) {
        out += c + closer;
        i += rest[0].length;
      } else {
        depth += 1;
        out += c + newline();
      }
    } else if (c === '}' || c === ']') {
      depth -= 1;
      out += newline() + c;
    } else if (c === ',') out += c + newline();
    else if (c === ':') out += ': ';
    else if (!/\s/.test(c)) out += c;
  }
  return out;
}
