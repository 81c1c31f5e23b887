/** The templates by which a partner's spreadsheets are read, each with its columns. */

import { useState } from 'react';
import { api, type TemplateSummary } from '@/api/client';
import { Button } from '@/components/Button';
import { ProblemPanel } from '@/components/ProblemPanel';
import { t } from '@/i18n';
import { formatCount } from '@/lib/decimal';
import { useQuery } from '@/lib/query';
import { testid } from '@/lib/testids';
import { formatDay } from '@/lib/time';
import { RemoveTemplateDialog } from './RemoveTemplateDialog';

export function Templates({ partner, zone }: { partner: string; zone: string }) {
  const templates = useQuery('imports', `templates-${partner}`, () => api.templates(partner));
  const [removing, setRemoving] = useState<TemplateSummary | null>(null);
  if (templates.problem) {
    return <ProblemPanel problem={templates.problem} onRetry={templates.reload} />;
  }
  if (!templates.data) return null;
  const names = t.mapping.templateColumns;
  return (
    <section data-testid={testid.templates}>
      <h3>{t.mapping.templates}</h3>
      <p className="muted">
        {templates.data.length > 0 ? t.mapping.templatesText : t.mapping.templatesEmpty}
      </p>
      {templates.data.length > 0 && (
        <table className="plain-table template-table">
          <thead>
            <tr>
              <th>{names.name}</th>
              <th className="num">{names.version}</th>
              <th>{names.kind}</th>
              <th>{names.at}</th>
              <th>{names.who}</th>
              <th>{names.columns}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {templates.data.map((one) => (
              <Row key={one.name} template={one} zone={zone} onRemove={() => setRemoving(one)} />
            ))}
          </tbody>
        </table>
      )}
      {removing && (
        <RemoveTemplateDialog
          partner={partner}
          name={removing.name}
          onClose={() => setRemoving(null)}
        />
      )}
    </section>
  );
}

interface RowProps {
  template: TemplateSummary;
  zone: string;
  onRemove: () => void;
}

function Row({ template, zone, onRemove }: RowProps) {
  return (
    <tr data-testid={testid.templateRow} data-name={template.name}>
      <th scope="row">{template.name}</th>
      <td className="num">{formatCount(template.version)}</td>
      <td>{t.mapping.value('kind', template.kind)}</td>
      <td className="nowrap muted">{formatDay(template.at, zone)}</td>
      <td className="muted">{template.actor}</td>
      <td className="template-columns small">
        {template.columns
          .map((one) => `${one.heading}: ${t.mapping.fieldName(one.field)}`)
          .join(' · ')}
      </td>
      <td className="num">
        <Button variant="quiet" onClick={onRemove} testId={testid.templateRemove}>
          {t.mapping.remove}
        </Button>
      </td>
    </tr>
  );
}
