/** A section of the details that is closed until somebody asks for it. */

import { ChevronRight } from 'lucide-react';
import { type ReactNode, type Ref, useId } from 'react';
import { Keys } from '@/components/Button';

export interface DisclosureProps {
  title: string;
  open: boolean;
  onOpen: (open: boolean) => void;
  children: ReactNode;
  keys?: string;
  testId: string;
  ref?: Ref<HTMLButtonElement>;
}

export function Disclosure(props: DisclosureProps) {
  const { title, open, onOpen, children, keys, testId, ref } = props;
  const id = useId();
  return (
    <section className="detail-section">
      <h3>
        <button
          ref={ref}
          type="button"
          className="disclosure"
          aria-expanded={open}
          aria-controls={open ? id : undefined}
          onClick={() => onOpen(!open)}
          data-testid={testId}
        >
          <ChevronRight size={15} className={open ? 'turned' : undefined} aria-hidden />
          <span>{title}</span>
          {keys && <Keys keys={keys} />}
        </button>
      </h3>
      {open && (
        <div id={id} className="disclosed">
          {children}
        </div>
      )}
    </section>
  );
}
