/** The open book, its partners and their directions: what every screen needs to know. */

import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { api, type BookInfo, type PartnerDto } from '@/api/client';
import { useQuery } from './query';

export interface Book {
  info: BookInfo;
  /** True where the partner bills us. */
  isPayable: (partner: string) => boolean;
  partnerName: (partner: string) => string;
  /** The partner with its agreement, once read. */
  partner: (key: string) => PartnerDto | undefined;
}

const Context = createContext<Book | null>(null);

export function makeBook(info: BookInfo, partners: readonly PartnerDto[]): Book {
  const direction = new Map(partners.map((p) => [p.key, p.direction]));
  const names = new Map(info.partners.map((p) => [p.key, p.name]));
  return {
    info,
    isPayable: (partner) => direction.get(partner) === 'payable',
    partnerName: (partner) => names.get(partner) ?? partner,
    partner: (key) => partners.find((p) => p.key === key),
  };
}

/** Reads the book; renders `children` once it is there. */
export function useOpenBook() {
  const info = useQuery('book', 'book', api.bookInfo);
  const partners = useQuery('book', 'partners', api.partners);
  const book = useMemo(
    () => (info.data ? makeBook(info.data, partners.data ?? []) : null),
    [info.data, partners.data],
  );
  return { book, problem: info.problem, reload: info.reload };
}

export function BookProvider({ book, children }: { book: Book; children: ReactNode }) {
  return <Context value={book}>{children}</Context>;
}

export function useBook(): Book {
  const book = useContext(Context);
  if (!book) throw new Error('useBook needs a BookProvider around it');
  return book;
}
