/** How the results of comparing a statement look. */

import {
  CalendarClock,
  Check,
  Copy,
  EqualNot,
  FileQuestion,
  FileX2,
  type LucideIcon,
} from 'lucide-react';
import type { Tone } from '@/components/Status';

const LOOK: Record<string, { tone: Tone; icon: LucideIcon }> = {
  agrees: { tone: 'good', icon: Check },
  differs: { tone: 'warn', icon: EqualNot },
  no_cdr: { tone: 'bad', icon: FileQuestion },
  not_on_statement: { tone: 'info', icon: FileX2 },
  billed_twice: { tone: 'bad', icon: Copy },
  month_differs: { tone: 'neutral', icon: CalendarClock },
};

const UNKNOWN = { tone: 'neutral', icon: FileQuestion } as const;

export function lookOf(verdict: string): { tone: Tone; icon: LucideIcon } {
  return LOOK[verdict] ?? UNKNOWN;
}
