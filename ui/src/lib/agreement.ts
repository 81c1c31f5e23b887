/** Changes the readings agreed with a partner, and has everything of the partner priced by them. */

import { api, type PartnerDto } from '@/api/client';
import { t } from '@/i18n';
import { changedTopics } from './query';
import { reportProblem } from './report';
import { toast } from './toasts';

export type Readings = PartnerDto['policy'];

/** Changes the agreed readings of a partner and replays it; returns those agreed before. */
async function agree(key: string, next: (before: Readings) => Readings): Promise<Readings> {
  const partner = (await api.partners()).find((one) => one.key === key);
  if (!partner) throw new Error(`no partner ${key}`);
  await api.setPartner({ ...partner, policy: next(partner.policy) });
  changedTopics('book', 'cdr', 'audit');
  await api.replay(key, null);
  return partner.policy;
}

/** Adds readings to those agreed. */
export function makeRule(key: string, name: string, readings: Readings): Promise<boolean> {
  return agreeOn(key, name, (agreed) => ({ ...agreed, ...readings }));
}

/** Says whether it went well; what went wrong is said in a toast. */
export async function agreeOn(
  key: string,
  name: string,
  next: (agreed: Readings) => Readings,
): Promise<boolean> {
  try {
    const before = await agree(key, next);
    toast(t.whatif.ruled(name), { undo: () => void takeBack(key, before) });
    return true;
  } catch (thrown) {
    reportProblem(thrown);
    return false;
  }
}

async function takeBack(key: string, before: Readings): Promise<void> {
  try {
    await agree(key, () => before);
    toast(t.undone);
  } catch (thrown) {
    reportProblem(thrown);
  }
}
