/** What the palette offers for a text: commands, partners, months, and CDRs by their ids. */

import type { BookInfo } from '@/api/client';
import { t } from '@/i18n';
import { type Command, runCommand } from '@/lib/commands';
import { navigate } from '@/lib/router';
import { formatMonth } from '@/lib/time';

export interface PaletteItem {
  id: string;
  group: string;
  text: string;
  hint?: string;
  keys?: string;
  run: () => void;
}

/** Every word of the query occurs in the text; earlier and whole-word hits count more. */
export function score(text: string, query: string): number {
  const hay = text.toLowerCase();
  let sum = 0;
  for (const word of query.toLowerCase().split(/\s+/).filter(Boolean)) {
    const at = hay.indexOf(word);
    if (at < 0) return 0;
    const starts = at === 0 || /[^a-z0-9]/.test(hay[at - 1] ?? '');
    sum += starts ? 2 : 1;
  }
  return sum;
}

function matching(items: PaletteItem[], query: string): PaletteItem[] {
  if (!query.trim()) return items;
  return items
    .map((item) => ({ item, rank: score(`${item.text} ${item.hint ?? ''}`, query) }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank)
    .map(({ item }) => item);
}

export function paletteItems(
  query: string,
  available: readonly Command[],
  info: BookInfo,
): PaletteItem[] {
  const commands = available
    .filter((command) => command.id !== 'palette' && command.id !== 'panel.close')
    .map<PaletteItem>((command) => ({
      id: command.id,
      group: t.palette.commands,
      text: t.command[command.id],
      keys: command.keys[0],
      run: () => {
        runCommand(command.id);
      },
    }));
  const partners = info.partners.map<PaletteItem>((partner) => ({
    id: `partner-${partner.key}`,
    group: t.palette.partners,
    text: partner.name,
    hint: partner.key,
    run: () => navigate({ partner: partner.key }),
  }));
  const months = info.months.map<PaletteItem>((month) => ({
    id: `month-${month}`,
    group: t.palette.months,
    text: formatMonth(month),
    hint: month,
    run: () => navigate({ month }),
  }));
  const typed = query.trim();
  const find: PaletteItem[] =
    typed.length < 2
      ? []
      : [
          {
            id: 'find',
            group: t.palette.cdrs,
            text: t.palette.findCdr(typed),
            run: () =>
              navigate({
                screen: 'cdrs',
                partner: null,
                month: null,
                params: { q: `"${typed.replaceAll('"', '')}"` },
              }),
          },
        ];
  const few = typed ? 6 : 4;
  return [
    ...matching(commands, typed).slice(0, typed ? 8 : 40),
    ...(typed ? matching(partners, typed).slice(0, few) : []),
    ...(typed ? matching(months, typed).slice(0, few) : []),
    ...find,
  ];
}
