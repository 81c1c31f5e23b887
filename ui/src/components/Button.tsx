/** Buttons. A primary one per view at most; it names the act. */

import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { keycaps } from '@/lib/keys';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  variant?: 'primary' | 'plain' | 'quiet' | 'danger';
  icon?: ReactNode;
  /** Key of the same command, drawn behind the text. */
  keys?: string;
  testId?: string;
  ref?: Ref<HTMLButtonElement>;
}

export function Button(props: ButtonProps) {
  const { variant = 'plain', icon, keys, testId, children, className, ...rest } = props;
  return (
    <button
      type="button"
      {...rest}
      className={`btn btn-${variant}${className ? ` ${className}` : ''}`}
      data-testid={testId}
    >
      {icon}
      {children !== undefined && <span className="truncate">{children}</span>}
      {keys && <Keys keys={keys} />}
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, 'children' | 'keys'> {
  label: string;
  keys?: string;
}

/** A button with an icon only; its name shows on hover and is read aloud. */
export function IconButton({ label, icon, keys, testId, className, ...rest }: IconButtonProps) {
  const caps = keys ? ` (${keycaps(keys).join(' ')})` : '';
  return (
    <button
      type="button"
      title={`${label}${caps}`}
      aria-label={label}
      {...rest}
      className={`btn btn-icon btn-quiet${className ? ` ${className}` : ''}`}
      data-testid={testId}
    >
      {icon}
    </button>
  );
}

/** Keycaps of a key such as `g h` or `Mod+K`. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className="keys" aria-hidden>
      {keycaps(keys).map((cap) => (
        <kbd key={cap}>{cap}</kbd>
      ))}
    </span>
  );
}
