/** The partners: who they are on the left; agreement, tariffs and connection on the right. */

import { Building2, Download, Handshake, Plus } from 'lucide-react';
import type { PartnerDto, PartnerRef } from '@/api/client';
import { Button } from '@/components/Button';
import { EmptyState } from '@/components/EmptyState';
import { Badge } from '@/components/Status';
import { Tabs } from '@/components/Tabs';
import { t } from '@/i18n';
import { useBook } from '@/lib/book';
import { useCommand } from '@/lib/commands';
import { navigate, useAddress } from '@/lib/router';
import { testid } from '@/lib/testids';
import { openExport } from '@/screens/export/exportRun';
import { Agreement } from './Agreement';
import { PartnerCheckTab } from './check/PartnerCheck';
import { Connection } from './connection/Connection';
import { editPartner, NEW_PARTNER } from './PartnerOverlay';
import { Statement } from './statement/Statement';
import { Tariffs } from './Tariffs';
import { TariffView } from './TariffView';

const TABS = ['agreement', 'tariffs', 'statement', 'check', 'connection'] as const;
type Tab = (typeof TABS)[number];

export function PartnersScreen() {
  const { partner: scope, params } = useAddress();
  const { info, partner } = useBook();
  const wanted = [params.who, scope].find((key) => info.partners.some((one) => one.key === key));
  const chosen = wanted ?? info.partners[0]?.key;
  const agreed = chosen ? partner(chosen) : undefined;
  const tab = TABS.find((one) => one === params.tab) ?? 'agreement';
  return (
    <section className="screen" data-testid={testid.partnersScreen}>
      <header className="topbar">
        <h1>{t.partners.title}</h1>
        <div className="topbar-tools">
          <Button
            icon={<Plus size={15} aria-hidden />}
            onClick={() => editPartner(NEW_PARTNER)}
            testId={testid.partnerNew}
          >
            {t.partner.add}
          </Button>
        </div>
      </header>
      {!chosen ? (
        <EmptyState
          icon={Handshake}
          title={t.partners.emptyTitle}
          text={t.partners.emptyText}
          action={<Button onClick={() => navigate({ screen: 'import' })}>{t.import.choose}</Button>}
        />
      ) : (
        <div className="split">
          <nav className="settle-list partner-list" aria-label={t.partners.title}>
            {info.partners.map((one) => (
              <Item key={one.key} partner={one} current={one.key === chosen} />
            ))}
          </nav>
          <div className="invoice-pane">
            {agreed && <Partner key={agreed.key} partner={agreed} tab={tab} />}
          </div>
        </div>
      )}
    </section>
  );
}

function Item({ partner, current }: { partner: PartnerRef; current: boolean }) {
  const agreed = useBook().partner(partner.key);
  const missing = agreed !== undefined && agreed.missing.length > 0;
  return (
    <button
      type="button"
      className="settle-item"
      aria-current={current}
      data-testid={testid.partnerItem(partner.key)}
      onClick={() => navigate({ params: { who: partner.key, tariff: null } })}
    >
      <strong className="truncate">{partner.name || partner.key}</strong>
      <span className="row small muted">
        <span className="grow truncate">
          {partner.key}
          {agreed && ` · ${t.partners.direction(agreed.direction)}`}
        </span>
        {missing && (
          <Badge tone="warn" bare>
            {t.partners.missing}
          </Badge>
        )}
      </span>
    </button>
  );
}

interface PartnerProps {
  partner: PartnerDto;
  tab: Tab;
}

function Partner({ partner, tab }: PartnerProps) {
  const { tariff } = useAddress().params;
  const open = tab === 'tariffs' && tariff !== undefined;
  useCommand('panel.close', () => navigate({ params: { tariff: null } }), open);
  return (
    <>
      <Head partner={partner} tab={tab} />
      <div className="invoice-body scroll-y">
        {tab === 'agreement' && <Agreement partner={partner} />}
        {tab === 'tariffs' && !open && <Tariffs partner={partner} />}
        {tab === 'statement' && <Statement partner={partner} />}
        {tab === 'check' && <PartnerCheckTab partner={partner} />}
        {tab === 'connection' && <Connection partner={partner} />}
        {open && <TariffView key={tariff} partner={partner.key} id={tariff} />}
      </div>
    </>
  );
}

function Head({ partner, tab }: PartnerProps) {
  return (
    <>
      <header className="invoice-head">
        <div className="row">
          <div className="grow">
            <h2 className="truncate">{partner.company.name || partner.key}</h2>
            <p className="muted truncate">
              {partner.key} · {t.partners.direction(partner.direction)}
            </p>
          </div>
          <Button
            icon={<Download size={15} aria-hidden />}
            onClick={() => openExport(tab === 'tariffs' ? 'tariffs' : 'cdrs')}
            testId={testid.exportOpen}
          >
            {t.exporting.open}
          </Button>
          <Button
            icon={<Building2 size={15} aria-hidden />}
            onClick={() => editPartner(partner.key)}
            testId={testid.partnerEdit}
          >
            {t.partners.edit}
          </Button>
        </div>
      </header>
      <div className="invoice-tabs">
        <Tabs
          tabs={TABS}
          current={tab}
          onTab={(one) => navigate({ params: { tab: one, tariff: null } })}
          label={(one) => t.partners.tabs[one]}
          testId={testid.partnersTab}
        />
      </div>
    </>
  );
}
