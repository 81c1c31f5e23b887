/** One request and its answer as they went over the wire, tokens masked by the core. */

import { Copy } from 'lucide-react';
import type { HeaderDto, SpokenDto } from '@/api/client';
import { Button } from '@/components/Button';
import { t } from '@/i18n';
import { copyText } from '@/lib/clipboard';
import { layOutJson } from '@/lib/json';
import { testid } from '@/lib/testids';

function looksLikeJson(body: string): boolean {
  return /^\s*[{[]/.test(body);
}

function laidOut(body: string): string {
  return looksLikeJson(body) ? layOutJson(body) : body;
}

function headerLines(headers: readonly HeaderDto[]): string {
  return headers.map(({ name, value }) => `${name}: ${value}`).join('\n');
}

/** The exchange as text, for a mail to the partner. */
function asText(spoken: SpokenDto): string {
  const status = spoken.status === null ? (spoken.problem ?? '') : `HTTP ${spoken.status}`;
  return [
    `${spoken.method} ${spoken.url}`,
    headerLines(spoken.sent),
    spoken.sent_body ? `\n${laidOut(spoken.sent_body)}` : '',
    '',
    `${status} (${spoken.millis} ms)`,
    headerLines(spoken.headers),
    '',
    laidOut(spoken.body),
  ].join('\n');
}

export function Exchange({ spoken }: { spoken: SpokenDto }) {
  const { status } = spoken;
  const good = status !== null && status >= 200 && status < 300;
  return (
    <article className="exchange" data-testid={testid.exchange}>
      <header className="row row-wrap">
        <code className="exchange-url">
          {spoken.method} {spoken.url}
        </code>
        <span className={good ? 'muted' : 'costs'}>
          {status === null ? t.connect.noAnswer : `HTTP ${status}`}
        </span>
        <span className="small muted">{t.connect.millis(spoken.millis)}</span>
        <Button
          variant="quiet"
          icon={<Copy size={14} aria-hidden />}
          onClick={() => void copyText(asText(spoken))}
          testId={testid.exchangeCopy}
        >
          {t.connect.copy}
        </Button>
      </header>
      {spoken.problem && <p className="costs small">{spoken.problem}</p>}
      <p className="small faint exchange-ids">
        {t.connect.requestId} <code>{spoken.request_id}</code> · {t.connect.correlationId}{' '}
        <code>{spoken.correlation_id}</code>
      </p>
      <Part title={t.connect.sent} headers={spoken.sent} body={spoken.sent_body ?? ''} />
      <Part title={t.connect.answered} headers={spoken.headers} body={spoken.body} />
      {spoken.body_bytes > spoken.body.length && (
        <p className="small faint">{t.connect.shownOf(spoken.body.length, spoken.body_bytes)}</p>
      )}
    </article>
  );
}

interface PartProps {
  title: string;
  headers: readonly HeaderDto[];
  body: string;
}

function Part({ title, headers, body }: PartProps) {
  if (headers.length === 0 && body === '') return null;
  return (
    <div className="stack exchange-part">
      <h4 className="eyebrow">{title}</h4>
      {headers.length > 0 && (
        <dl className="exchange-headers">
          {headers.map(({ name, value }, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a header may stand twice
            <div key={i} className="facts-row">
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {body && (
        <pre
          className="raw"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolling it needs the focus
          tabIndex={0}
        >
          {laidOut(body)}
        </pre>
      )}
    </div>
  );
}
