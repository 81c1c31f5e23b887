/** Puts text on the clipboard and says so. */

import { t } from '@/i18n';
import { toast } from './toasts';

export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Some webviews refuse the clipboard interface outside a secure context.
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'sr-only';
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  toast(t.copied);
}
