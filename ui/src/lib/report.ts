/** Problems of an act that has no place of its own on the screen: said in a toast. */

import { asProblem } from '@/api/client';
import { problemText } from '@/i18n/problems.en';
import { toast } from './toasts';

export function reportProblem(thrown: unknown): void {
  const problem = asProblem(thrown);
  const text = problemText(problem.code);
  toast(`${text.happened} ${text.todo}`, { tone: 'problem' });
}
