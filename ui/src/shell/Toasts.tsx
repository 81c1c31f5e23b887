/** Short notes with Undo, read aloud politely; they wait while the pointer rests on them. */

import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { Button, IconButton } from '@/components/Button';
import { t } from '@/i18n';
import { useStore } from '@/lib/store';
import { testid } from '@/lib/testids';
import { dismiss, hold, release, toasts } from '@/lib/toasts';

export function Toasts() {
  const shown = useStore(toasts);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map((toast) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: hovering only delays its leaving
        <div
          key={toast.id}
          className="toast"
          data-testid={testid.toast}
          onPointerEnter={() => hold(toast.id)}
          onPointerLeave={() => release(toast.id)}
          onFocus={() => hold(toast.id)}
          onBlur={() => release(toast.id)}
        >
          {toast.tone === 'done' ? (
            <CircleCheck size={17} className="tone-text-good" aria-hidden />
          ) : (
            <CircleAlert size={17} className="tone-text-bad" aria-hidden />
          )}
          <span className="grow">{toast.text}</span>
          {toast.undo && (
            <Button testId={testid.toastUndo} onClick={toast.undo} keys="u">
              {t.undo}
            </Button>
          )}
          {toast.show && (
            <Button testId={testid.toastShow} onClick={toast.show}>
              {t.show}
            </Button>
          )}
          <IconButton
            label={t.close}
            icon={<X size={15} aria-hidden />}
            onClick={() => dismiss(toast.id)}
          />
        </div>
      ))}
    </div>
  );
}
