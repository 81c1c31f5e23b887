/**
 * The one door to the core. Answers arrive as `{status}` envelopes, refusals of the window's
 * permission list as plain strings, bugs as thrown errors: all of them leave here as a `Failure`
 * with a `Problem`, and everything else as the plain answer.
 */

import {
  type AcceptDifferences,
  type AcceptWithin,
  type AdoptReplay,
  type AuditRequest,
  type BoardRequest,
  type CdrFilter,
  type CdrRowsRequest,
  type CdrSort,
  type ConnectKeep,
  type ConnectRequest,
  commands,
  type DecideRequest,
  type DecisionTarget,
  type DraftRequest,
  type ExportRequest,
  events,
  type ImportRequest,
  type InferRequest,
  type IssueRequest,
  type JobState,
  type KeepWhatIf,
  type LinkRequest,
  type MoneyDto,
  type MonthRequest,
  type PartnerCheckRequest,
  type PartnerDto,
  type PickedFile,
  type Problem,
  type PushQuestion,
  type PushRequest,
  type ReconcileRowsRequest,
  type RegisterRequest,
  type ReplayRequest,
  type RuleRequest,
  type SampleRequest,
  type ScatterRequest,
  type SettleRequest,
  type SideRequest,
  type StatementRequest,
  type TariffRequest,
  type TemplateRequest,
  type ToleranceRequest,
  type TryRequest,
  type UndoImport,
  type UndoRequest,
  type WhatIf,
  type WordsRequest,
} from './bindings';

export type * from './bindings';

export type Money = MoneyDto;

export const BUCKETS = [
  'matched',
  'differs',
  'missing_cdr',
  'missing_session',
  'duplicate',
  'needs_tariff',
  'on_hold',
  'disputed',
  'accepted',
  'settled',
] as const;
export type Bucket = (typeof BUCKETS)[number];

export const SEVERITIES = ['info', 'warning', 'error', 'fatal'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const STAGES = ['imported', 'replayed', 'reconciled', 'draft', 'issued'] as const;
export type Stage = (typeof STAGES)[number];

export const PARTS = ['fixed', 'energy', 'time', 'parking', 'reservation', 'total'] as const;
export type Part = (typeof PARTS)[number];

/** The lists that a partner's server can offer, in the order they are shown. */
export const LISTS = [
  'cdrs',
  'sessions',
  'tariffs',
  'locations',
  'tokens',
  'invoicereconciliation',
] as const;

export function isBucket(text: string): text is Bucket {
  return (BUCKETS as readonly string[]).includes(text);
}

/** Disputed or put aside: decided by a person, and waiting for somebody else or another day. */
export function waits(bucket: string): boolean {
  return bucket === 'disputed' || bucket === 'on_hold';
}

export function isSeverity(text: string): text is Severity {
  return (SEVERITIES as readonly string[]).includes(text);
}

/** What went wrong, in a form the screens can speak about. */
export class Failure extends Error {
  constructor(readonly problem: Problem) {
    super(`${problem.code}: ${problem.text}`);
    this.name = 'Failure';
  }
}

type Envelope<T> = { status: 'ok'; data: T } | { status: 'error'; error: unknown };

function isProblem(value: unknown): value is Problem {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Problem).code === 'string' &&
    typeof (value as Problem).text === 'string'
  );
}

/** Whatever was thrown or sent back, as a `Problem`. */
export function asProblem(value: unknown): Problem {
  if (value instanceof Failure) return value.problem;
  if (isProblem(value)) return value;
  const text = value instanceof Error ? value.message : String(value);
  const refused = typeof value === 'string' && /not allowed|permission|capabilit/i.test(value);
  return { code: refused ? 'not_allowed' : 'bug', retry: 'no', text, params: {} };
}

/** Unwraps one answer. */
export async function unwrap<T>(answer: Promise<Envelope<T>>): Promise<T> {
  let envelope: Envelope<T>;
  try {
    envelope = await answer;
  } catch (thrown) {
    throw new Failure(asProblem(thrown));
  }
  if (envelope.status === 'ok') return envelope.data;
  throw new Failure(asProblem(envelope.error));
}

/** Every command of the core, unwrapped. */
export const api = {
  bookInfo: () => unwrap(commands.bookInfo()),
  partners: () => unwrap(commands.partnersList()),
  setPartner: (partner: PartnerDto) => unwrap(commands.partnerSet(partner)),
  closeBoard: (request: BoardRequest) => unwrap(commands.closeBoard(request)),
  pickFiles: () => unwrap(commands.pickFiles()),
  importPreview: (request: ImportRequest) => unwrap(commands.importPreview(request)),
  importCheck: (request: ImportRequest) => unwrap(commands.importCheck(request)),
  importRun: (request: ImportRequest) => unwrap(commands.importRun(request)),
  imports: () => unwrap(commands.importList()),
  importProblems: (id: number) => unwrap(commands.importProblems(id)),
  saveRejects: (id: number) => unwrap(commands.importRejects(id)),
  templates: (partner: string) => unwrap(commands.templatesList(partner)),
  removeTemplate: (request: TemplateRequest) => unwrap(commands.templateRemove(request)),
  undoImport: (request: UndoImport) => unwrap(commands.importUndo(request)),
  exportCount: (request: ExportRequest) => unwrap(commands.exportCount(request)),
  exportRun: (request: ExportRequest) => unwrap(commands.exportRun(request)),
  jobs: () => unwrap(commands.jobsList()),
  cancelJob: (id: number) => unwrap(commands.jobCancel(id)),
  replay: (partner: string | null, month: string | null) =>
    unwrap(commands.replayRun(partner, month)),
  replayTrial: (request: ReplayRequest) => unwrap(commands.replayTrial(request)),
  replayAdopt: (request: AdoptReplay) => unwrap(commands.replayAdopt(request)),
  openCdrs: (filter: CdrFilter, sort: CdrSort) => unwrap(commands.cdrsOpen(filter, sort)),
  cdrRows: (request: CdrRowsRequest) => unwrap(commands.cdrsRows(request)),
  facets: (filter: CdrFilter) => unwrap(commands.cdrsFacets(filter)),
  cdr: (row: number) => unwrap(commands.cdrDetail(row)),
  switches: () => unwrap(commands.switchesList()),
  causes: (row: number) => unwrap(commands.cdrCauses(row)),
  words: (request: WordsRequest) => unwrap(commands.cdrWords(request)),
  whatifVersions: (cdr: number) => unwrap(commands.whatifVersions(cdr)),
  whatif: (question: WhatIf) => unwrap(commands.whatifReplay(question)),
  keepWhatif: (request: KeepWhatIf) => unwrap(commands.whatifKeep(request)),
  infer: (request: InferRequest) => unwrap(commands.monthInfer(request)),
  statement: (request: StatementRequest) => unwrap(commands.statementCompare(request)),
  checkPartner: (request: PartnerCheckRequest) => unwrap(commands.partnerCheckRun(request)),
  savePartnerCheck: (request: PartnerCheckRequest, format: string) =>
    unwrap(commands.partnerCheckSave(request, format)),
  savePartnerSample: (request: SampleRequest) => unwrap(commands.partnerSampleSave(request)),
  tariffs: (partner: string) => unwrap(commands.tariffsList(partner)),
  tariff: (request: TariffRequest) => unwrap(commands.tariffView(request)),
  tryTariff: (request: TryRequest) => unwrap(commands.tariffTry(request)),
  accept: (request: AcceptDifferences) => unwrap(commands.acceptDifferences(request)),
  reconcileMonth: (request: MonthRequest) => unwrap(commands.reconcileMonth(request)),
  reconcileRows: (request: ReconcileRowsRequest) => unwrap(commands.reconcileRows(request)),
  reconcileSide: (request: SideRequest) => unwrap(commands.reconcileSide(request)),
  reconcileCharts: (request: MonthRequest) => unwrap(commands.reconcileCharts(request)),
  reconcileScatter: (request: ScatterRequest) => unwrap(commands.reconcileScatter(request)),
  toleranceEffect: (request: ToleranceRequest) => unwrap(commands.toleranceEffect(request)),
  acceptWithin: (request: AcceptWithin) => unwrap(commands.acceptWithin(request)),
  decideMonth: (request: DecideRequest) => unwrap(commands.monthDecide(request)),
  link: (request: LinkRequest) => unwrap(commands.cdrLink(request)),
  ruleOf: (target: DecisionTarget) => unwrap(commands.ruleOf(target)),
  ruleEffect: (request: RuleRequest) => unwrap(commands.ruleEffect(request)),
  keepRule: (request: RuleRequest) => unwrap(commands.ruleKeep(request)),
  rules: (partner: string) => unwrap(commands.rulesList(partner)),
  proposal: (request: MonthRequest) => unwrap(commands.policyProposal(request)),
  undo: (request: UndoRequest) => unwrap(commands.undo(request)),
  audit: (request: AuditRequest) => unwrap(commands.auditList(request)),
  verifyAudit: () => unwrap(commands.auditVerify()),
  settle: (request: SettleRequest) => unwrap(commands.settleOverview(request)),
  invoice: (id: number) => unwrap(commands.invoiceGet(id)),
  invoicePdf: (id: number) => unwrap(commands.invoicePdf(id)),
  saveInvoice: (id: number) => unwrap(commands.invoiceSave(id)),
  draft: (request: DraftRequest) => unwrap(commands.settleDraft(request)),
  issue: (request: IssueRequest) => unwrap(commands.settleIssue(request)),
  vault: () => unwrap(commands.vaultState()),
  openVault: (passphrase: string) => unwrap(commands.vaultOpen(passphrase)),
  connection: (partner: string) => unwrap(commands.connectionGet(partner)),
  tryConnection: (request: ConnectRequest) => unwrap(commands.connectTry(request)),
  trial: (job: number) => unwrap(commands.connectTrial(job)),
  keepConnection: (request: ConnectKeep) => unwrap(commands.connectKeep(request)),
  schedule: (partner: string, everyHours: number | null) =>
    unwrap(commands.connectionSchedule(partner, everyHours)),
  renewConnection: (partner: string, register: RegisterRequest) =>
    unwrap(commands.connectionRenew(partner, register)),
  removeConnection: (partner: string) => unwrap(commands.connectionRemove(partner)),
  pull: (partner: string | null) => unwrap(commands.pullRun(partner)),
  pushQueue: (question: PushQuestion) => unwrap(commands.pushQueue(question)),
  push: (request: PushRequest) => unwrap(commands.pushRun(request)),
};

/** Hears of every step of every job; returns how to stop listening. */
export function onJob(hear: (state: JobState) => void): () => void {
  return listening(events.jobChanged.listen((event) => hear(event.payload)));
}

/** Hears of files dropped on the window. */
export function onFiles(hear: (files: PickedFile[]) => void): () => void {
  return listening(events.filesDropped.listen((event) => hear(event.payload)));
}

function listening(started: Promise<() => void>): () => void {
  let stopped = false;
  let stop: (() => void) | undefined;
  started
    .then((unlisten) => {
      if (stopped) unlisten();
      else stop = unlisten;
    })
    .catch(() => {
      // Outside the app nothing can be heard; every screen still reads on demand.
    });
  return () => {
    stopped = true;
    stop?.();
  };
}
