/** How a person wants a spreadsheet to be read: their changes, and the template it begins with. */

import type { ChangeDto, ColumnDto, ImportPreview, RejectGroup } from '@/api/client';
import { t } from '@/i18n';
import type { Entry } from '../queue';

export interface Reading {
  /** The template chosen; null: the one that fits, empty: none. */
  template: string | null;
  changes: readonly ChangeDto[];
}

export const AS_FOUND: Reading = { template: null, changes: [] };

/** A change; without a column it is about the whole file. */
export function changeOf(what: string, value: string, column: string | null = null): ChangeDto {
  return { what, column, value, from: null };
}

/** A reading with changes added; what was said before of the same is dropped. */
export function withChanges(reading: Reading, added: readonly ChangeDto[]): Reading {
  const isSame = (one: ChangeDto, other: ChangeDto) =>
    one.what === other.what && one.column === other.column && one.from === other.from;
  const kept = reading.changes.filter((one) => !added.some((other) => isSame(one, other)));
  return { ...reading, changes: [...kept, ...added] };
}

/** Whether the reading can be kept as a template: it is a partner's and differs from the one used. */
export function isKeepable(entry: Entry): boolean {
  const sheet = entry.preview?.sheet;
  if (!sheet || !entry.preview?.partner) return false;
  return sheet.template === null || entry.reading.changes.length > 0;
}

/** Whether it will be kept. Repairs of single rows say nothing about the next file. */
export function isKept(entry: Entry): boolean {
  const suggested = entry.reading.changes.length > 0 && !entry.preview?.sheet?.continues;
  return isKeepable(entry) && (entry.keep.on ?? suggested);
}

/** The name that suggests itself: of the template used, else of the file. */
export function suggestedName(entry: Entry): string {
  return entry.preview?.sheet?.template?.name ?? nameOfFile(entry.file.name, entry.preview);
}

/** The name under which the core keeps the reading; null where it is not kept. */
export function keepName(entry: Entry): string | null {
  if (!isKept(entry)) return null;
  return entry.keep.name?.trim() || suggestedName(entry);
}

/** A name for all files of this kind: the file's own without figures, which mean a month. */
function nameOfFile(file: string, preview: ImportPreview | null): string {
  const stem = file.replace(/(\.\w{2,4})+$/, '').replace(/\d+/g, '');
  const name = stem.replace(/[\s._-]+/g, ' ').trim();
  const kinds: Record<string, string> = t.kind;
  return name || (kinds[preview?.kind ?? ''] ?? t.mapping.template);
}

/** The column that a group of errors is about, where it is one of the file's that is read. */
export function columnOf(group: RejectGroup, columns: readonly ColumnDto[]): ColumnDto | undefined {
  if (group.column === '') return undefined;
  const named = columns.filter(
    (one) => one.heading === group.column || one.letter === group.column,
  );
  return named.find((one) => one.field !== '');
}

/** Reads the text of a group of errors as another; as nothing where that is empty. */
export function replacing(column: ColumnDto, group: RejectGroup, value: string): ChangeDto {
  return { what: 'replace', column: column.name, value, from: group.value };
}

/** Takes the value of another column where the own one has nothing that can be read. */
export function instead(column: ColumnDto, group: RejectGroup, other: ColumnDto): ChangeDto[] {
  const use = changeOf('instead', column.field, other.name);
  return group.value === '' ? [use] : [replacing(column, group, ''), use];
}
