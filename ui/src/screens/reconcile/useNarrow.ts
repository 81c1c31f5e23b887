/** Whether the window is too narrow for every column beside a panel. */

import { useEffect, useMemo, useState } from 'react';

export function useNarrow(): boolean {
  const query = useMemo(() => window.matchMedia?.('(max-width: 1200px)'), []);
  const [narrow, setNarrow] = useState(query?.matches ?? false);
  useEffect(() => {
    const hear = () => setNarrow(query?.matches ?? false);
    query?.addEventListener('change', hear);
    return () => query?.removeEventListener('change', hear);
  }, [query]);
  return narrow;
}
