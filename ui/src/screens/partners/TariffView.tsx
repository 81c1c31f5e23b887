/** One tariff: its versions through time, the one chosen in full, and what a session would cost. */

import { ArrowLeft } from 'lucide-react';
import { useState } from 'react';
import { api } from '@/api/client';
import { IconButton } from '@/components/Button';
import { LanguageSelect } from '@/components/LanguageSelect';
import { ProblemPanel } from '@/components/ProblemPanel';
import { t } from '@/i18n';
import { useQuery } from '@/lib/query';
import { navigate } from '@/lib/router';
import { testid } from '@/lib/testids';
import { TryIt } from './TryIt';
import { Version } from './Version';
import { Versions } from './Versions';

export function TariffView({ partner, id }: { partner: string; id: string }) {
  const [language, setLanguage] = useState('en');
  const [chosen, setChosen] = useState<string | null>(null);
  const tariff = useQuery('cdr', `${partner}|${id}|${language}`, () =>
    api.tariff({ partner, id, language }),
  );
  const view = tariff.data;
  const newest = view?.versions.at(-1);
  const version = view?.versions.find((one) => one.version === chosen) ?? newest;
  return (
    <div className="stack" aria-busy={tariff.loading}>
      <div className="row">
        <IconButton
          label={t.tariffs.back}
          keys="Escape"
          icon={<ArrowLeft size={16} aria-hidden />}
          onClick={() => navigate({ params: { tariff: null } })}
          testId={testid.tariffBack}
        />
        <h3 className="grow truncate tariff-title">{id}</h3>
        <LanguageSelect value={language} onValue={setLanguage} testId={testid.tariffLanguage} />
      </div>
      {tariff.problem && <ProblemPanel problem={tariff.problem} onRetry={tariff.reload} />}
      {view && version && (
        <div className="tariff-view">
          <Versions view={view} current={version.version} onChoose={setChosen} />
          <div className="stack">
            <Version version={version} first={version === view.versions[0]} />
            <TryIt view={view} version={version.version} language={language} />
          </div>
        </div>
      )}
    </div>
  );
}
