/** A dialog over the app. Used for the irrevocable, for short forms and for the palette. */

import type { ReactNode } from 'react';
import { Heading, Modal, ModalOverlay, Dialog as RacDialog } from 'react-aria-components';
import type { Problem } from '@/api/client';
import { t } from '@/i18n';
import { problemText } from '@/i18n/problems.en';
import { testid } from '@/lib/testids';
import { Button } from './Button';

export interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  /** Hides the heading from sight, not from screen readers. */
  bare?: boolean;
  size?: 'small' | 'wide' | 'large' | 'palette';
  /** A click outside does not close it: what was typed is not lost by a slip. */
  keepOutside?: boolean;
  testId?: string;
}

export function Dialog(props: DialogProps) {
  const { open, onClose, title, children, bare, size = 'small', keepOutside, testId } = props;
  return (
    <ModalOverlay
      className="scrim"
      isOpen={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      isDismissable={!keepOutside}
    >
      <Modal className={`modal modal-${size}`} data-modal>
        <RacDialog className="dialog" data-testid={testId}>
          <Heading slot="title" className={bare ? 'sr-only' : 'dialog-title'}>
            {title}
          </Heading>
          {children}
        </RacDialog>
      </Modal>
    </ModalOverlay>
  );
}

export interface ConfirmProps {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  /** The button names the act: "Issue 12 invoices". */
  act: string;
  onAct: () => void;
  busy?: boolean;
  disabled?: boolean;
  /** Why it could not be done, said above the buttons. */
  problem?: Problem | null;
  actTestId?: string;
  /** For forms of two columns. */
  wide?: boolean;
  testId?: string;
}

export function ConfirmDialog(props: ConfirmProps) {
  return (
    <Dialog
      open={props.open}
      onClose={props.onClose}
      title={props.title}
      size={props.wide ? 'wide' : 'small'}
      testId={props.testId}
    >
      <form
        className="stack dialog-body"
        onSubmit={(event) => {
          event.preventDefault();
          if (!props.busy && !props.disabled) props.onAct();
        }}
      >
        {props.children}
        {props.problem && (
          <p className="costs" role="alert">
            {problemText(props.problem.code).happened} {problemText(props.problem.code).todo}
          </p>
        )}
        <div className="dialog-actions">
          <Button onClick={props.onClose} testId={testid.dialogCancel}>
            {t.cancel}
          </Button>
          <Button
            type="submit"
            variant="primary"
            disabled={props.busy || props.disabled}
            testId={props.actTestId ?? testid.dialogConfirm}
          >
            {props.act}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
