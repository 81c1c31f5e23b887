/** Status is always icon + word + colour; the words are fixed (UX §3). */

import {
  Ban,
  Check,
  CheckCheck,
  CircleDot,
  CircleHelp,
  Copy,
  EqualNot,
  FileQuestion,
  Info,
  type LucideIcon,
  MessagesSquare,
  OctagonAlert,
  Pause,
  Tags,
  TriangleAlert,
} from 'lucide-react';
import type { Bucket, Severity } from '@/api/client';
import { t } from '@/i18n';

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'hold' | 'neutral';

export const BUCKET_LOOK: Record<Bucket, { tone: Tone; icon: LucideIcon }> = {
  matched: { tone: 'good', icon: Check },
  differs: { tone: 'warn', icon: EqualNot },
  missing_cdr: { tone: 'bad', icon: FileQuestion },
  missing_session: { tone: 'warn', icon: CircleHelp },
  duplicate: { tone: 'bad', icon: Copy },
  needs_tariff: { tone: 'info', icon: Tags },
  on_hold: { tone: 'hold', icon: Pause },
  disputed: { tone: 'hold', icon: MessagesSquare },
  accepted: { tone: 'good', icon: CheckCheck },
  settled: { tone: 'neutral', icon: CircleDot },
};

export const SEVERITY_LOOK: Record<Severity, { tone: Tone; icon: LucideIcon }> = {
  info: { tone: 'neutral', icon: Info },
  warning: { tone: 'warn', icon: TriangleAlert },
  error: { tone: 'bad', icon: OctagonAlert },
  fatal: { tone: 'bad', icon: Ban },
};

export interface BadgeProps {
  tone: Tone;
  icon?: LucideIcon;
  children: string;
  testId?: string;
  /** Icon and word in the tone's colour, without the filled shape. */
  bare?: boolean;
}

export function Badge({ tone, icon: Icon, children, testId, bare }: BadgeProps) {
  return (
    <span
      className={`badge tone-${tone}${bare ? ' badge-bare' : ''}`}
      data-testid={testId}
      data-tone={tone}
    >
      {Icon && <Icon size={13} strokeWidth={2.2} aria-hidden />}
      <span>{children}</span>
    </span>
  );
}

export function BucketBadge({ bucket, testId }: { bucket: Bucket; testId?: string }) {
  const look = BUCKET_LOOK[bucket];
  return (
    <Badge tone={look.tone} icon={look.icon} testId={testId}>
      {t.bucket[bucket]}
    </Badge>
  );
}

export function SeverityIcon({ severity }: { severity: Severity }) {
  const look = SEVERITY_LOOK[severity];
  const Icon = look.icon;
  return (
    <span className={`tone-text-${look.tone}`} title={t.severity[severity]}>
      <Icon size={15} aria-label={t.severity[severity]} />
    </span>
  );
}
