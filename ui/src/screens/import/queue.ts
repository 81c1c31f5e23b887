/**
 * The files on their way in. They stay here when the screen is left: looking into a file, counting
 * what it would do and importing it go on meanwhile.
 */

import {
  api,
  asProblem,
  type ChangeDto,
  type ImportPreview,
  type ImportRequest,
  type ImportResult,
  type PickedFile,
  type Problem,
} from '@/api/client';
import { t } from '@/i18n';
import { applyJob, whenOver } from '@/lib/jobs';
import { reportProblem } from '@/lib/report';
import { address } from '@/lib/router';
import { createStore } from '@/lib/store';
import { toast } from '@/lib/toasts';
import { AS_FOUND, keepName, type Reading, withChanges } from './mapping/reading';

export interface Entry {
  file: PickedFile;
  /** The partner chosen for it, where the file does not tell. */
  partner: string | null;
  /** How a person wants it to be read. */
  reading: Reading;
  /** The readings before this one; undoing goes back to the last. */
  past: readonly Reading[];
  /** Whether to keep the reading as a template, and as which; null: as it suggests itself. */
  keep: { on: boolean | null; name: string | null };
  step: 'looking' | 'shown' | 'running' | 'over';
  preview: ImportPreview | null;
  /** What importing would do; null until counted. */
  check: ImportResult | null;
  /** What importing did. */
  result: ImportResult | null;
  problem: Problem | null;
}

export interface Queue {
  entries: readonly Entry[];
  /** Token of the file shown. */
  current: string | null;
}

export const queue = createStore<Queue>({ entries: [], current: null });

function patch(token: string, change: Partial<Entry>): void {
  queue.set((before) => ({
    ...before,
    entries: before.entries.map((entry) =>
      entry.file.token === token ? { ...entry, ...change } : entry,
    ),
  }));
}

function find(token: string): Entry | undefined {
  return queue.get().entries.find((entry) => entry.file.token === token);
}

function request(entry: Entry): ImportRequest {
  const { template, changes } = entry.reading;
  return {
    token: entry.file.token,
    partner: entry.partner,
    time_zone: null,
    currency: null,
    kind: changes.findLast((change) => change.what === 'kind')?.value ?? null,
    template,
    changes: changes.filter((change) => change.what !== 'kind'),
    keep_as: null,
  };
}

/** Puts files in the queue and looks into each. */
export function takeFiles(files: readonly PickedFile[]): void {
  if (files.length === 0) return;
  const { partner } = address();
  const fresh = files.map<Entry>((file) => ({
    file,
    partner,
    reading: AS_FOUND,
    past: [],
    keep: { on: null, name: null },
    step: 'looking',
    preview: null,
    check: null,
    result: null,
    problem: null,
  }));
  queue.set((before) => ({
    entries: [...before.entries.filter((entry) => entry.step !== 'over'), ...fresh],
    current: files[0]?.token ?? null,
  }));
  for (const file of files) void look(file.token);
}

export async function chooseFiles(): Promise<void> {
  try {
    takeFiles(await api.pickFiles());
  } catch (thrown) {
    reportProblem(thrown);
  }
}

export function showFile(token: string): void {
  queue.set((before) => ({ ...before, current: token }));
}

/** Another partner has other templates: which one was chosen counts no more. */
export function choosePartner(token: string, partner: string): void {
  const entry = find(token);
  if (!entry) return;
  const reading = { ...entry.reading, template: null };
  patch(token, { partner, reading, past: [], keep: { on: null, name: null } });
  void look(token);
}

function readOtherwise(token: string, next: (reading: Reading) => Reading): void {
  const entry = find(token);
  if (!entry || entry.step === 'running') return;
  patch(token, { reading: next(entry.reading), past: [...entry.past, entry.reading] });
  void look(token);
}

/** Reads a spreadsheet as a person says; what was said before of the same is replaced. */
export function change(token: string, ...changes: ChangeDto[]): void {
  readOtherwise(token, (reading) => withChanges(reading, changes));
}

/** Reads it by this template of the partner; by none where the name is empty. */
export function chooseTemplate(token: string, template: string): void {
  readOtherwise(token, (reading) => ({ ...reading, template }));
}

export function undoChange(token: string): void {
  const entry = find(token);
  const reading = entry?.past.at(-1);
  if (!entry || !reading) return;
  patch(token, { reading, past: entry.past.slice(0, -1) });
  void look(token);
}

export function startOver(token: string): void {
  patch(token, { reading: AS_FOUND, past: [], keep: { on: null, name: null } });
  void look(token);
}

export function keepReading(token: string, keep: Partial<Entry['keep']>): void {
  const entry = find(token);
  if (entry) patch(token, { keep: { ...entry.keep, ...keep } });
}

/** Takes a file out of the queue; what was imported stays imported. */
export function leave(token: string): void {
  queue.set((before) => {
    const entries = before.entries.filter((entry) => entry.file.token !== token);
    const current = before.current === token ? (entries[0]?.file.token ?? null) : before.current;
    return { entries, current };
  });
}

/** The latest look at a file wins; answers to earlier ones are dropped. */
const looks = new Map<string, number>();

async function look(token: string): Promise<void> {
  const turn = (looks.get(token) ?? 0) + 1;
  looks.set(token, turn);
  const current = () => looks.get(token) === turn;
  const entry = find(token);
  if (!entry) return;
  patch(token, { step: 'looking', check: null, problem: null });
  try {
    const preview = await api.importPreview(request(entry));
    if (!current()) return;
    patch(token, { preview, step: 'shown' });
    if (blockedBy(preview)) return;
    const started = await api.importCheck(request(entry));
    applyJob(started);
    const over = await whenOver(started.id);
    if (!current()) return;
    patch(token, { check: over.import, problem: over.problem });
  } catch (thrown) {
    if (current()) patch(token, { step: 'shown', problem: asProblem(thrown) });
  }
}

/** Why a file cannot be imported yet; null where nothing stands in the way. */
export function blockedBy(preview: ImportPreview): string | null {
  const { sheet } = preview;
  if (preview.needs_partner) return t.import.needsPartner;
  if (sheet && !sheet.has_records) return t.mapping.unusable;
  if (sheet && sheet.questions.length > 0) return t.mapping.open(sheet.questions.length);
  return null;
}

/** Imports a file as a job; the tray shows how far it is. */
export async function runImport(token: string): Promise<void> {
  const entry = find(token);
  if (entry?.step !== 'shown') return;
  patch(token, { step: 'running', problem: null });
  try {
    const started = await api.importRun({ ...request(entry), keep_as: keepName(entry) });
    applyJob(started);
    const over = await whenOver(started.id);
    patch(token, { step: 'over', result: over.import, problem: over.problem });
    if (over.import && over.state === 'finished') {
      toast(t.import.finished(entry.file.name, consequenceOf(over.import)));
    }
  } catch (thrown) {
    patch(token, { step: 'shown', problem: asProblem(thrown) });
  }
}

/** "41,200 new · 310 already known · 12 corrections · 7 not readable". */
export function consequenceOf(result: ImportResult): string {
  return t.import.consequence({
    fresh: result.new,
    known: result.known,
    corrections: result.corrections,
    rejected: result.rejected,
  });
}
