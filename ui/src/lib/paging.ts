/**
 * Pages of a long result, fetched as they come into sight and kept in a small cache. What is in
 * sight now is fetched first; a page that went out of sight before its turn is never asked for.
 */

/** Rows per page, as the backend serves them. */
export const PAGE_ROWS = 200;
/** Pages kept; the longest unused goes first. */
export const PAGES_KEPT = 50;
/** Requests under way at a time. */
const IN_FLIGHT = 2;

export type FetchPage<Row> = (start: number, count: number) => Promise<Row[]>;

export class PageCache<Row> {
  private pages = new Map<number, Row[]>();
  private wanted: number[] = [];
  private underWay = new Set<number>();
  private failures = new Map<number, unknown>();
  private listeners = new Set<() => void>();

  constructor(
    private readonly fetchPage: FetchPage<Row>,
    private readonly total: number,
    firstPage?: Row[],
  ) {
    if (firstPage && firstPage.length > 0) this.pages.set(0, firstPage);
  }

  /** The row at a position, or undefined while its page is not here. */
  row(index: number): Row | undefined {
    return this.pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS];
  }

  /** Asks for the rows in sight, and keeps their pages from being dropped. */
  show(first: number, past: number): void {
    if (this.total === 0 || past <= first) return;
    const from = Math.floor(first / PAGE_ROWS);
    const to = Math.floor((Math.min(past, this.total) - 1) / PAGE_ROWS);
    const inSight: number[] = [];
    for (let page = from; page <= to; page += 1) inSight.push(page);
    for (const page of inSight) {
      const rows = this.pages.get(page);
      if (rows) {
        this.pages.delete(page);
        this.pages.set(page, rows);
      }
    }
    const missing = (page: number) =>
      !this.pages.has(page) && !this.underWay.has(page) && !this.failures.has(page);
    this.wanted = inSight.filter(missing);
    const last = Math.floor((this.total - 1) / PAGE_ROWS);
    for (const near of [to + 1, from - 1]) {
      if (near >= 0 && near <= last && missing(near)) this.wanted.push(near);
    }
    this.pump();
  }

  /** Puts changed rows in place of the same rows, found by `same`. */
  replace(changed: Row[], same: (a: Row, b: Row) => boolean): void {
    let touched = false;
    for (const [page, rows] of this.pages) {
      const next = rows.map((row) => changed.find((c) => same(c, row)) ?? row);
      if (next.some((row, i) => row !== rows[i])) {
        this.pages.set(page, next);
        touched = true;
      }
    }
    if (touched) this.tell();
  }

  /** The first failure, if a page could not be fetched. */
  failure(): unknown {
    return this.failures.values().next().value;
  }

  /** Forgets failures and asks again for what is in sight. */
  retry(first: number, past: number): void {
    this.failures.clear();
    this.show(first, past);
    this.tell();
  }

  /** Rows `first` to `past`, fetched where they are not here. For extending a selection. */
  async range(first: number, past: number): Promise<Row[]> {
    const rows: Row[] = [];
    for (let page = Math.floor(first / PAGE_ROWS); page * PAGE_ROWS < past; page += 1) {
      const here = this.pages.get(page) ?? (await this.fetchPage(page * PAGE_ROWS, PAGE_ROWS));
      const start = page * PAGE_ROWS;
      rows.push(...here.slice(Math.max(0, first - start), Math.max(0, past - start)));
    }
    return rows;
  }

  pagesHeld(): number {
    return this.pages.size;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private pump(): void {
    while (this.underWay.size < IN_FLIGHT) {
      const page = this.wanted.shift();
      if (page === undefined) return;
      void this.fetch(page);
    }
  }

  private async fetch(page: number): Promise<void> {
    this.underWay.add(page);
    try {
      const rows = await this.fetchPage(page * PAGE_ROWS, PAGE_ROWS);
      this.pages.set(page, rows);
      while (this.pages.size > PAGES_KEPT) {
        const oldest = this.pages.keys().next().value as number;
        this.pages.delete(oldest);
      }
    } catch (failure) {
      this.failures.set(page, failure);
    }
    this.underWay.delete(page);
    this.tell();
    this.pump();
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener();
  }
}
