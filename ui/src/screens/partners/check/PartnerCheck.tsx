/** The go-live test with a partner: their own figures of the same sessions beside ours. */

import { FileSearch, FileSpreadsheet, FileText, LoaderCircle, Send } from 'lucide-react';
import { useState } from 'react';
import type { PartnerDto } from '@/api/client';
import { Button } from '@/components/Button';
import { EmptyState } from '@/components/EmptyState';
import { ProblemPanel } from '@/components/ProblemPanel';
import { Select } from '@/components/Select';
import { t } from '@/i18n';
import { useBook } from '@/lib/book';
import { useStore } from '@/lib/store';
import { testid } from '@/lib/testids';
import { type Check, checks, chooseFile, compareAs, saveReport } from './checkRun';
import { Found } from './Found';
import { SampleDialog } from './SampleDialog';

/** A sample, in a select that needs a value. */
const SAMPLE = '';

export function PartnerCheckTab({ partner }: { partner: PartnerDto }) {
  const check = useStore(checks).get(partner.key);
  const [sampling, setSampling] = useState(false);
  return (
    <section className="stack partner-check" data-testid={testid.partnerCheck}>
      <header className="partner-check-head">
        <div className="grow">
          <h3>{t.partnerCheck.title}</h3>
          <p className="muted">{t.partnerCheck.text}</p>
        </div>
        <Button
          icon={<Send size={15} aria-hidden />}
          onClick={() => setSampling(true)}
          testId={testid.sampleOpen}
        >
          {t.partnerCheck.exportSample}
        </Button>
      </header>
      {check ? <Run partner={partner} check={check} /> : <Nothing partner={partner.key} />}
      {sampling && <SampleDialog partner={partner} onClose={() => setSampling(false)} />}
    </section>
  );
}

function Nothing({ partner }: { partner: string }) {
  return (
    <EmptyState
      icon={FileSearch}
      title={t.partnerCheck.emptyTitle}
      text={t.partnerCheck.emptyText}
      action={
        <Button
          variant="primary"
          onClick={() => void chooseFile(partner, null)}
          testId={testid.checkChoose}
        >
          {t.partnerCheck.choose}
        </Button>
      }
    />
  );
}

/** A file that is compared, was compared, or could not be. */
function Run({ partner, check }: { partner: PartnerDto; check: Check }) {
  const { found, problem, file } = check;
  return (
    <>
      <Tools partner={partner.key} check={check} />
      {problem && (
        <ProblemPanel
          problem={problem}
          onRetry={() => void compareAs(partner.key, check.month)}
          action={problem.code === 'file_unclear' && <p>{t.partnerCheck.unclear}</p>}
        />
      )}
      {!found && !problem && (
        <p className="card looking row muted" role="status" aria-busy>
          <LoaderCircle size={16} className="spin" aria-hidden />
          {t.partnerCheck.running(file.name)}
        </p>
      )}
      {found && (
        <Found
          key={`${found.sha256} ${found.month}`}
          found={found}
          payable={partner.direction === 'payable'}
        />
      )}
    </>
  );
}

/** What the file is said to hold, another file, and the reports. */
function Tools({ partner, check }: { partner: string; check: Check }) {
  const { months } = useBook().info;
  const save = (format: 'xlsx' | 'pdf') => void saveReport(partner, check, format);
  return (
    <div className="row row-wrap partner-check-tools">
      <span className="field-label">{t.partnerCheck.covers}</span>
      <div className="month-choice">
        <Select
          label={t.partnerCheck.covers}
          value={check.month ?? SAMPLE}
          names={[
            [SAMPLE, t.partnerCheck.sample],
            ...months.map((one) => [one, t.partnerCheck.wholeMonth(one)] as const),
          ]}
          onValue={(month) => void compareAs(partner, month || null)}
          testId={testid.checkMonth}
        />
      </div>
      <Button onClick={() => void chooseFile(partner, check.month)} testId={testid.checkChoose}>
        {t.partnerCheck.chooseOther}
      </Button>
      <span className="grow" />
      <Button
        icon={<FileSpreadsheet size={15} aria-hidden />}
        disabled={!check.found}
        onClick={() => save('xlsx')}
        testId={testid.checkSave('xlsx')}
      >
        {t.partnerCheck.saveXlsx}
      </Button>
      <Button
        icon={<FileText size={15} aria-hidden />}
        disabled={!check.found}
        onClick={() => save('pdf')}
        testId={testid.checkSave('pdf')}
      >
        {t.partnerCheck.savePdf}
      </Button>
    </div>
  );
}
