/** What will be here, why it is empty now, and the one next step. */

import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { testid } from '@/lib/testids';

export interface EmptyStateProps {
  icon: LucideIcon;
  title: string;
  text: string;
  action?: ReactNode;
}

export function EmptyState({ icon: Icon, title, text, action }: EmptyStateProps) {
  return (
    <div className="empty" data-testid={testid.empty}>
      <span className="empty-icon">
        <Icon size={22} strokeWidth={1.7} aria-hidden />
      </span>
      <h2>{title}</h2>
      <p className="muted">{text}</p>
      {action && <div className="empty-action">{action}</div>}
    </div>
  );
}
