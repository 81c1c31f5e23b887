/**
 * The check of each partner that ran last. It stays here when the screen is left: comparing goes on
 * meanwhile, and the tray shows how far it is.
 */

import {
  api,
  asProblem,
  type PartnerCheck,
  type PartnerCheckRequest,
  type PickedFile,
  type Problem,
} from '@/api/client';
import { t } from '@/i18n';
import { reportProblem } from '@/lib/report';
import { createStore } from '@/lib/store';
import { toast } from '@/lib/toasts';

/** So many CDRs with all their fields: more are slow to draw and slower to read. */
export const LIMIT = 300;

export interface Check {
  file: PickedFile;
  month: string | null;
  /** What it came to; null while it runs, or when it could not be done. */
  found: PartnerCheck | null;
  problem: Problem | null;
}

export const checks = createStore<ReadonlyMap<string, Check>>(new Map());

function request(partner: string, { file, month }: Check): PartnerCheckRequest {
  return {
    file: {
      token: file.token,
      partner,
      time_zone: null,
      currency: null,
      kind: null,
      template: null,
      changes: [],
      keep_as: null,
    },
    month,
    limit: LIMIT,
    equal_fields: true,
  };
}

/** Lets the user choose the partner's file and compares it; nothing if they choose none. */
export async function chooseFile(partner: string, month: string | null): Promise<void> {
  try {
    const [file] = await api.pickFiles();
    if (file) await compare(partner, { file, month, found: null, problem: null });
  } catch (thrown) {
    reportProblem(thrown);
  }
}

/** Compares the same file again, as the whole of a month or as a sample. */
export async function compareAs(partner: string, month: string | null): Promise<void> {
  const check = checks.get().get(partner);
  if (check) await compare(partner, { ...check, month, found: null, problem: null });
}

async function compare(partner: string, check: Check): Promise<void> {
  checks.set((before) => new Map(before).set(partner, check));
  const over = (change: Partial<Check>) =>
    checks.set((before) =>
      // Another file may have been chosen meanwhile.
      before.get(partner) === check
        ? new Map(before).set(partner, { ...check, ...change })
        : before,
    );
  try {
    over({ found: await api.checkPartner(request(partner, check)) });
  } catch (thrown) {
    over({ problem: asProblem(thrown) });
  }
}

/** Writes the report where the user says. */
export async function saveReport(
  partner: string,
  check: Check,
  format: 'xlsx' | 'pdf',
): Promise<void> {
  try {
    const saved = await api.savePartnerCheck(request(partner, check), format);
    if (saved) toast(t.partnerCheck.saved(saved.file));
  } catch (thrown) {
    reportProblem(thrown);
  }
}
