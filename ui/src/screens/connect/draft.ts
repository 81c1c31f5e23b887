/** A connection as somebody types it, and the request it makes. */

import type { ConnectionDto, ConnectRequest } from '@/api/client';

export const VERSIONS = ['2.1.1', '2.2.1', '2.3.0'] as const;
export const SENT_AS = ['auto', 'plain', 'base64'] as const;

/** Every field as typed. The token is dropped as soon as it has done its work. */
export interface Draft {
  url: string;
  token: string;
  kind: 'fixed' | 'register';
  ourUrl: string;
  listen: string;
  /** Empty for the highest in common. */
  version: string;
  sentAs: string;
  plainHttp: boolean;
  inside: boolean;
  /** One address a line. */
  besides: string;
  authority: string;
  lists: Readonly<Record<string, string>>;
}

export const LISTEN = '127.0.0.1:8780';

/** What the wizard starts from: the connection there is, or nothing. */
export function draftOf(connection: ConnectionDto): Draft {
  const { connected } = connection;
  return {
    url: connection.versions_url,
    token: '',
    kind: 'fixed',
    ourUrl: '',
    listen: LISTEN,
    version: connection.by_hand ? connection.version : '',
    sentAs: connected ? connection.sent_as : 'auto',
    plainHttp: connection.plain_http,
    inside: connection.inside,
    besides: connection.besides.join('\n'),
    authority: connection.authority_pem ?? '',
    lists: connection.by_hand ? byHand(connection) : {},
  };
}

/** Addresses as they were given: of lists, and of receivers by a name of their own. */
function byHand({ lists, receivers }: ConnectionDto): Record<string, string> {
  return Object.fromEntries([
    ...lists.map(({ module, url }) => [module, url]),
    ...receivers.map(({ module, url }) => [`${module}:receiver`, url]),
  ]);
}

/** The request; null while something that is needed is missing. */
export function requestOf(
  draft: Draft,
  partner: string,
  tokenIsKept: boolean,
): ConnectRequest | null {
  const register = draft.kind === 'register';
  const url = draft.url.trim();
  const token = draft.token.trim();
  const ourUrl = draft.ourUrl.trim();
  const listen = draft.listen.trim();
  const lists: Record<string, string> = {};
  for (const [list, typed] of Object.entries(draft.lists)) {
    const address = typed.trim();
    if (address) lists[list] = address;
  }
  if (url === '' || (token === '' && (register || !tokenIsKept))) return null;
  if (register && (ourUrl === '' || listen === '')) return null;
  if (Object.keys(lists).length > 0 && draft.version === '') return null;
  return {
    partner,
    url,
    token,
    version: draft.version || null,
    sent_as: draft.sentAs,
    plain_http: draft.plainHttp,
    inside: draft.inside,
    besides: draft.besides.split(/\s+/).filter(Boolean),
    authority_pem: draft.authority.trim() || null,
    lists,
    register: register ? { our_url: ourUrl, listen } : null,
  };
}
