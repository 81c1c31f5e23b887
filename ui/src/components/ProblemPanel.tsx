/** A problem in plain language: what happened, what it means, what to do; the rest on demand. */

import { Copy, OctagonAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Problem } from '@/api/client';
import { t } from '@/i18n';
import { problemText } from '@/i18n/problems.en';
import { copyText } from '@/lib/clipboard';
import { testid } from '@/lib/testids';
import { Button } from './Button';

export interface ProblemPanelProps {
  problem: Problem;
  onRetry?: () => void;
  action?: ReactNode;
}

export function ProblemPanel({ problem, onRetry, action }: ProblemPanelProps) {
  const text = problemText(problem.code);
  return (
    <div className="problem" role="alert" data-testid={testid.problem}>
      <OctagonAlert size={18} className="tone-text-bad" aria-hidden />
      <div className="stack grow">
        <h3>{text.happened}</h3>
        <p className="muted">{text.means}</p>
        <p>{text.todo}</p>
        <div className="row row-wrap">
          {onRetry && problem.retry !== 'no' && <Button onClick={onRetry}>{t.again}</Button>}
          {action}
        </div>
        <details>
          <summary>{t.details}</summary>
          <div className="row problem-detail">
            <code className="grow" data-testid={testid.problemCode}>
              {problem.code}
              {problem.text ? `: ${problem.text}` : ''}
            </code>
            <Button
              variant="quiet"
              icon={<Copy size={14} aria-hidden />}
              onClick={() => void copyText(`${problem.code}: ${problem.text}`)}
            >
              {t.copyForSupport}
            </Button>
          </div>
        </details>
      </div>
    </div>
  );
}
