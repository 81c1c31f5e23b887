/** A row of tabs of which one is shown. */

import type { ReactNode } from 'react';

interface TabsProps<Tab extends string> {
  tabs: readonly Tab[];
  current: Tab;
  onTab: (tab: Tab) => void;
  label: (tab: Tab) => ReactNode;
  testId: (tab: Tab) => string;
}

export function Tabs<Tab extends string>(props: TabsProps<Tab>) {
  const { tabs, current, onTab, label, testId } = props;
  return (
    <div className="segmented" role="tablist">
      {tabs.map((tab) => (
        <button
          key={tab}
          type="button"
          role="tab"
          aria-selected={current === tab}
          data-testid={testId(tab)}
          onClick={() => onTab(tab)}
        >
          {label(tab)}
        </button>
      ))}
    </div>
  );
}
