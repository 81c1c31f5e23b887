/** How CDRs and fields of a check look: an icon and a word each, never a colour alone. */

import {
  ArrowLeftToLine,
  ArrowRightToLine,
  Check,
  CircleHelp,
  Equal,
  EqualApproximately,
  EqualNot,
  FileQuestion,
  FileX2,
  ListX,
  type LucideIcon,
} from 'lucide-react';
import type { Tone } from '@/components/Status';

interface Look {
  tone: Tone;
  icon: LucideIcon;
}

const UNKNOWN: Look = { tone: 'neutral', icon: CircleHelp };

const VERDICTS: Record<string, Look> = {
  agrees: { tone: 'good', icon: Check },
  differs: { tone: 'bad', icon: EqualNot },
  fields_differ: { tone: 'warn', icon: ListX },
  not_compared: { tone: 'neutral', icon: CircleHelp },
  only_reported: { tone: 'info', icon: FileQuestion },
  only_held: { tone: 'info', icon: FileX2 },
};

const STANDINGS: Record<string, Look> = {
  equal: { tone: 'good', icon: Equal },
  within: { tone: 'neutral', icon: EqualApproximately },
  differs: { tone: 'bad', icon: EqualNot },
  only_held: { tone: 'info', icon: ArrowRightToLine },
  only_reported: { tone: 'info', icon: ArrowLeftToLine },
};

export function verdictLook(verdict: string): Look {
  return VERDICTS[verdict] ?? UNKNOWN;
}

export function standingLook(standing: string): Look {
  return STANDINGS[standing] ?? UNKNOWN;
}
