/** A button that opens a list of choices. */

import { Check, ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  Menu as AriaMenu,
  Header,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
  Button as RacButton,
} from 'react-aria-components';

export interface Choice {
  id: string;
  text: string;
  hint?: string;
  icon?: ReactNode;
  current?: boolean;
  testId?: string;
  onChoose: () => void;
}

export interface ChoiceGroup {
  id: string;
  title?: string;
  choices: readonly Choice[];
}

export interface MenuProps {
  label: string;
  groups: readonly ChoiceGroup[];
  children: ReactNode;
  className?: string;
  /** Draws a small arrow behind the content. */
  arrow?: boolean;
  testId?: string;
  placement?: 'bottom start' | 'bottom end' | 'top start';
}

export function Menu(props: MenuProps) {
  const { groups } = props;
  return (
    <MenuTrigger>
      <RacButton
        aria-label={props.label}
        className={props.className ?? 'btn btn-plain'}
        data-testid={props.testId}
      >
        {props.children}
        {props.arrow && <ChevronDown size={14} className="faint" aria-hidden />}
      </RacButton>
      <Popover className="popover" placement={props.placement ?? 'bottom start'} offset={4}>
        <AriaMenu
          className="menu"
          aria-label={props.label}
          onAction={(key) =>
            groups
              .flatMap((group) => group.choices)
              .find((choice) => choice.id === key)
              ?.onChoose()
          }
        >
          {groups.map((group) => (
            <MenuSection key={group.id} aria-label={group.title ?? props.label}>
              {group.title && <Header className="menu-head">{group.title}</Header>}
              {group.choices.map((choice) => (
                <MenuItem
                  key={choice.id}
                  id={choice.id}
                  textValue={choice.text}
                  className="menu-item"
                  data-testid={choice.testId}
                >
                  <span className="menu-mark">
                    {choice.current ? <Check size={14} aria-hidden /> : choice.icon}
                  </span>
                  <span className="grow truncate">{choice.text}</span>
                  {choice.hint && <span className="faint small">{choice.hint}</span>}
                </MenuItem>
              ))}
            </MenuSection>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
