/** Findings: how bad, what, where, and the figures behind the sentence. */

import { type FindingDto, isSeverity } from '@/api/client';
import { findingText } from '@/i18n';
import { testid } from '@/lib/testids';
import { SeverityIcon } from './Status';

export function FindingList({ findings }: { findings: readonly FindingDto[] }) {
  return (
    <ul className="findings">
      {findings.map((finding, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same finding may stand twice
        <li key={i} className="finding" data-testid={testid.findingRow} data-code={finding.code}>
          {isSeverity(finding.severity) && <SeverityIcon severity={finding.severity} />}
          <div className="grow">
            <strong>{findingText(finding.code).name}</strong>
            <p className="muted small">{findingText(finding.code).sentence}</p>
            <p className="small faint">
              {finding.at && <code>{finding.at} </code>}
              {Object.entries(finding.params)
                .map(([name, value]) => `${name.replaceAll('_', ' ')} ${value}`)
                .join(' · ')}
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}
