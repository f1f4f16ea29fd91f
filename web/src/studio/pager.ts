/**
 * Loads what a page shows: one thing, or a list page by page.
 *
 * Invariant: an answer that arrives after a newer question is dropped.
 */
import { signal } from "@preact/signals";
import { type ApiProblem, toProblem } from "../lib/problem";
import type { Page } from "../lib/types";

export type LoadStatus = "loading" | "ready" | "failed";

/** One thing from the server and how its loading stands. */
export class Resource<T> {
  readonly value = signal<T | null>(null);
  readonly status = signal<LoadStatus>("loading");
  readonly problem = signal<ApiProblem | null>(null);
  private current: AbortController | null = null;

  constructor(private readonly fetchOne: (signal: AbortSignal) => Promise<T>) {}

  /** Asks the server; what is shown stays until the answer is here. */
  async load(): Promise<void> {
    this.current?.abort();
    const turn = new AbortController();
    this.current = turn;
    if (this.value.value === null) this.status.value = "loading";
    try {
      const value = await this.fetchOne(turn.signal);
      if (turn.signal.aborted) return;
      this.set(value);
    } catch (cause) {
      if (turn.signal.aborted) return;
      this.problem.value = toProblem(cause);
      this.status.value = "failed";
    }
  }

  /** Takes a newer value that arrived by another way. */
  set(value: T): void {
    this.value.value = value;
    this.problem.value = null;
    this.status.value = "ready";
  }

  stop(): void {
    this.current?.abort();
  }
}

/** A list that grows by pages. */
export class Pager<T extends { id: string }> {
  readonly items = signal<readonly T[]>([]);
  readonly status = signal<LoadStatus>("loading");
  readonly problem = signal<ApiProblem | null>(null);
  readonly hasMore = signal(false);
  readonly isLoadingMore = signal(false);
  private cursor: string | null = null;
  private current: AbortController | null = null;

  constructor(
    private readonly fetchPage: (cursor: string | null, signal: AbortSignal) => Promise<Page<T>>,
  ) {}

  /** Starts from the first page; used at first and after the filter changed. */
  async load(): Promise<void> {
    this.cursor = null;
    this.status.value = "loading";
    this.isLoadingMore.value = false;
    await this.fetchNext((page) => page.items);
  }

  /** Adds the next page below. */
  async more(): Promise<void> {
    if (this.cursor === null || this.isLoadingMore.value) return;
    this.isLoadingMore.value = true;
    await this.fetchNext((page) => withoutRepeats(this.items.value, page.items));
    this.isLoadingMore.value = false;
  }

  remove(id: string): void {
    this.items.value = this.items.value.filter((item) => item.id !== id);
  }

  stop(): void {
    this.current?.abort();
  }

  private async fetchNext(merge: (page: Page<T>) => readonly T[]): Promise<void> {
    this.current?.abort();
    const turn = new AbortController();
    this.current = turn;
    try {
      const page = await this.fetchPage(this.cursor, turn.signal);
      if (turn.signal.aborted) return;
      this.items.value = merge(page);
      this.cursor = page.next_cursor;
      this.hasMore.value = page.next_cursor !== null;
      this.problem.value = null;
      this.status.value = "ready";
    } catch (cause) {
      if (turn.signal.aborted) return;
      this.problem.value = toProblem(cause);
      this.status.value = "failed";
    }
  }
}

/** Rows that moved between two questions come twice; the first place wins. */
function withoutRepeats<T extends { id: string }>(shown: readonly T[], next: readonly T[]): T[] {
  const ids = new Set(shown.map((item) => item.id));
  return [...shown, ...next.filter((item) => !ids.has(item.id))];
}
