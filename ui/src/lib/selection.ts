/**
 * What is selected in a table. Picked rows are ids; "all 41,233 that match" is the filter itself,
 * less the rows taken out again, so its size never matters. Sorting or filtering keeps it.
 */

export type Selection =
  | { kind: 'none' }
  | { kind: 'picked'; ids: ReadonlySet<string> }
  | { kind: 'matching'; filter: string; total: number; except: ReadonlySet<string> };

export const NOTHING: Selection = { kind: 'none' };

function picked(ids: Set<string>): Selection {
  return ids.size === 0 ? NOTHING : { kind: 'picked', ids };
}

/** Is this row selected? `filter` is the one the table shows now. */
export function isSelected(selection: Selection, id: string, filter: string): boolean {
  switch (selection.kind) {
    case 'none':
      return false;
    case 'picked':
      return selection.ids.has(id);
    case 'matching':
      return selection.filter === filter && !selection.except.has(id);
  }
}

/** Adds the row, or takes it out. */
export function toggle(selection: Selection, id: string, filter: string): Selection {
  switch (selection.kind) {
    case 'none':
      return picked(new Set([id]));
    case 'picked': {
      const ids = new Set(selection.ids);
      if (!ids.delete(id)) ids.add(id);
      return picked(ids);
    }
    case 'matching': {
      if (selection.filter !== filter) return picked(new Set([id]));
      const except = new Set(selection.except);
      if (!except.delete(id)) except.add(id);
      return except.size >= selection.total ? NOTHING : { ...selection, except };
    }
  }
}

/** Adds several rows at once, as extending with Shift does. */
export function extend(selection: Selection, ids: string[], filter: string): Selection {
  switch (selection.kind) {
    case 'none':
      return picked(new Set(ids));
    case 'picked':
      return picked(new Set([...selection.ids, ...ids]));
    case 'matching': {
      if (selection.filter !== filter) return picked(new Set(ids));
      const except = new Set(selection.except);
      for (const id of ids) except.delete(id);
      return { ...selection, except };
    }
  }
}

/** Everything that matches the filter. */
export function selectMatching(filter: string, total: number): Selection {
  return total === 0 ? NOTHING : { kind: 'matching', filter, total, except: new Set() };
}

/** How many rows are selected. */
export function size(selection: Selection): number {
  switch (selection.kind) {
    case 'none':
      return 0;
    case 'picked':
      return selection.ids.size;
    case 'matching':
      return selection.total - selection.except.size;
  }
}
