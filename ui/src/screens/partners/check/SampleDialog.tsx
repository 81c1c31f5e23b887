/** CDRs with our computed totals, for the partner to compare with theirs. */

import { useState } from 'react';
import { api, asProblem, type PartnerDto, type Problem } from '@/api/client';
import { ConfirmDialog } from '@/components/Dialog';
import { Select } from '@/components/Select';
import { t } from '@/i18n';
import { useBook } from '@/lib/book';
import { useAddress } from '@/lib/router';
import { testid } from '@/lib/testids';
import { formatMonth } from '@/lib/time';
import { toast } from '@/lib/toasts';
import { VERSIONS } from '@/screens/export/request';

const COUNTS = ['10', '50', '200', '1000'] as const;
const FORMATS = ['json', 'xlsx'] as const;

interface SampleDialogProps {
  partner: PartnerDto;
  onClose: () => void;
}

export function SampleDialog({ partner, onClose }: SampleDialogProps) {
  const { months } = useBook().info;
  const here = useAddress();
  const [month, setMonth] = useState(here.month ?? months[0] ?? '');
  const [count, setCount] = useState('50');
  const [format, setFormat] = useState('json');
  const [version, setVersion] = useState('2.2.1');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const run = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const done = await api.savePartnerSample({
        partner: partner.key,
        month,
        count: Number(count),
        format,
        ocpi: format === 'json' ? version : null,
      });
      if (done) {
        toast(t.partnerCheck.sampleDone(done));
        onClose();
      }
    } catch (thrown) {
      setProblem(asProblem(thrown));
    }
    setBusy(false);
  };
  const text = t.partnerCheck;
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={text.sampleTitle}
      act={text.sampleAct}
      onAct={() => void run()}
      busy={busy}
      disabled={!month}
      problem={problem}
      actTestId={testid.sampleRun}
      testId={testid.sampleDialog}
      wide
    >
      <p className="muted">{text.sampleText}</p>
      <div className="form-grid">
        <Choice
          label={text.sampleMonth}
          value={month}
          names={months.map((one) => [one, formatMonth(one)] as const)}
          onValue={setMonth}
          testId={testid.sampleMonth}
        />
        <Choice
          label={text.sampleCount}
          value={count}
          names={COUNTS.map((one) => [one, one] as const)}
          onValue={setCount}
          testId={testid.sampleCount}
        />
        <Choice
          label={text.sampleFormat}
          value={format}
          names={FORMATS.map((one) => [one, text.sampleFormats[one]] as const)}
          onValue={setFormat}
          testId={testid.sampleFormat}
        />
        {format === 'json' && (
          <Choice
            label={text.sampleVersion}
            value={version}
            names={VERSIONS.map((one) => [one, `OCPI ${one}`] as const)}
            onValue={setVersion}
            testId={testid.sampleVersion}
          />
        )}
      </div>
    </ConfirmDialog>
  );
}

function Choice(props: Parameters<typeof Select>[0]) {
  return (
    <div className="field">
      <span className="field-label">{props.label}</span>
      <Select {...props} />
    </div>
  );
}
