/** The left rail: what every screen is narrowed to, the screens, search and settings. */

import {
  Building2,
  ChevronLeft,
  ChevronRight,
  CircleHelp,
  FileDown,
  Handshake,
  House,
  type LucideIcon,
  ReceiptText,
  Scale,
  ScrollText,
  Search,
  SlidersHorizontal,
  Zap,
} from 'lucide-react';
import { IconButton, Keys } from '@/components/Button';
import { Menu } from '@/components/Menu';
import { t } from '@/i18n';
import { useBook } from '@/lib/book';
import { type CommandId, runCommand } from '@/lib/commands';
import { type Density, prefs, setPrefs, type Theme } from '@/lib/prefs';
import { changed, formatAddress, navigate, type Screen, useAddress } from '@/lib/router';
import { useStore } from '@/lib/store';
import { testid } from '@/lib/testids';
import { formatMonth } from '@/lib/time';
import { Brand } from './Brand';
import { nearMonth } from './months';

const ENTRIES: readonly { screen: Screen; icon: LucideIcon; keys: string }[] = [
  { screen: 'home', icon: House, keys: 'g h' },
  { screen: 'import', icon: FileDown, keys: 'g i' },
  { screen: 'cdrs', icon: Zap, keys: 'g c' },
  { screen: 'reconcile', icon: Scale, keys: 'g r' },
  { screen: 'settle', icon: ReceiptText, keys: 'g s' },
  { screen: 'partners', icon: Handshake, keys: 'g p' },
  { screen: 'audit', icon: ScrollText, keys: 'g a' },
];

export function Rail() {
  const here = useAddress();
  return (
    <aside className="rail" data-testid={testid.rail}>
      <div className="brand">
        <Brand />
        <span>{t.name}</span>
      </div>
      <Scope />
      <nav className="rail-nav" aria-label={t.shell.navigation}>
        {ENTRIES.map(({ screen, icon: Icon, keys }) => (
          <a
            key={screen}
            className="rail-item"
            href={formatAddress(changed(here, { screen }))}
            aria-current={here.screen === screen ? 'page' : undefined}
            aria-label={t.shell.screens[screen]}
            title={t.shell.screens[screen]}
            data-testid={testid.railItem(screen)}
          >
            <Icon size={16} strokeWidth={1.9} aria-hidden />
            <span className="grow">{t.shell.screens[screen]}</span>
            <Keys keys={keys} />
          </a>
        ))}
      </nav>
      <RailFoot />
    </aside>
  );
}

function Scope() {
  const { info } = useBook();
  const here = useAddress();
  const partner = info.partners.find((p) => p.key === here.partner);
  const before = nearMonth(info.months, here.month, -1);
  const after = nearMonth(info.months, here.month, 1);
  return (
    <fieldset className="scope" aria-label={t.shell.scope}>
      <Menu
        label={t.shell.partner}
        className="scope-button"
        testId={testid.partnerSwitch}
        arrow
        groups={[
          {
            id: 'partners',
            choices: [
              {
                id: 'all',
                text: t.shell.allPartners,
                current: here.partner === null,
                testId: testid.partnerOption('all'),
                onChoose: () => navigate({ partner: null }),
              },
              ...info.partners.map((p) => ({
                id: p.key,
                text: p.name,
                hint: p.key,
                current: p.key === here.partner,
                testId: testid.partnerOption(p.key),
                onChoose: () => navigate({ partner: p.key }),
              })),
            ],
          },
        ]}
      >
        <Building2 size={15} className="faint" aria-hidden />
        <span className="grow truncate">
          {partner?.name ?? here.partner ?? t.shell.allPartners}
        </span>
      </Menu>
      <div className="scope-months">
        <IconButton
          label={t.command['month.previous']}
          keys="["
          icon={<ChevronLeft size={16} aria-hidden />}
          disabled={!before}
          onClick={() => runCommand('month.previous')}
          testId={testid.monthPrevious}
        />
        <Menu
          label={t.shell.month}
          className="scope-button"
          testId={testid.monthSwitch}
          arrow
          groups={[
            {
              id: 'months',
              choices: [
                {
                  id: 'all',
                  text: t.shell.allMonths,
                  current: here.month === null,
                  testId: testid.monthOption('all'),
                  onChoose: () => navigate({ month: null }),
                },
                ...info.months.map((month) => ({
                  id: month,
                  text: formatMonth(month),
                  current: month === here.month,
                  testId: testid.monthOption(month),
                  onChoose: () => navigate({ month }),
                })),
              ],
            },
          ]}
        >
          <span className="grow truncate">
            {here.month ? formatMonth(here.month, 'short') : t.shell.allMonths}
          </span>
        </Menu>
        <IconButton
          label={t.command['month.next']}
          keys="]"
          icon={<ChevronRight size={16} aria-hidden />}
          disabled={!after}
          onClick={() => runCommand('month.next')}
          testId={testid.monthNext}
        />
      </div>
    </fieldset>
  );
}

function RailFoot() {
  const { info } = useBook();
  const { theme, density } = useStore(prefs);
  const themes: Theme[] = ['system', 'light', 'dark'];
  const densities: Density[] = ['comfortable', 'compact'];
  const run = (id: CommandId) => () => runCommand(id);
  return (
    <div className="rail-foot">
      <button
        type="button"
        className="rail-search"
        aria-label={t.shell.search}
        onClick={run('palette')}
        data-testid={testid.openPalette}
      >
        <Search size={15} aria-hidden />
        <span className="grow truncate">{t.shell.search}</span>
        <Keys keys="Mod+K" />
      </button>
      <Menu
        label={t.shell.appearance}
        className="rail-search"
        placement="top start"
        testId={testid.appMenu}
        groups={[
          {
            id: 'theme',
            title: t.shell.theme,
            choices: themes.map((id) => ({
              id: `theme-${id}`,
              text: t.shell.themes[id],
              current: theme === id,
              testId: testid.themeOption(id),
              onChoose: () => setPrefs({ theme: id }),
            })),
          },
          {
            id: 'density',
            title: t.shell.density,
            choices: densities.map((id) => ({
              id: `density-${id}`,
              text: t.shell.densities[id],
              current: density === id,
              testId: testid.densityOption(id),
              onChoose: () => setPrefs({ density: id }),
            })),
          },
          {
            id: 'about',
            title: t.shell.about(info.version),
            choices: [
              { id: 'address', text: t.command['copy.address'], onChoose: run('copy.address') },
            ],
          },
        ]}
      >
        <SlidersHorizontal size={15} aria-hidden />
        <span className="grow truncate">{t.shell.appearance}</span>
      </Menu>
      <button
        type="button"
        className="rail-search"
        aria-label={t.shell.keys}
        onClick={run('help')}
        data-testid={testid.openHelp}
      >
        <CircleHelp size={15} aria-hidden />
        <span className="grow truncate">{t.shell.keys}</span>
        <Keys keys="?" />
      </button>
    </div>
  );
}
