/** What is kept of this viewer: looked at, saved as a file, erased in two steps. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Api } from "../../lib/api";
import { type ApiProblem, toProblem } from "../../lib/problem";
import type { ViewerErasure } from "../../lib/types";

/** Pages of messages that one file takes: a hundred thousand messages, which nobody writes. */
const PAGES_MAX = 20;

export type DataStep = "look" | "check" | "done";

export type DataStore = {
  /** What is kept; null until it was asked. */
  kept: ReadonlySignal<ViewerErasure | null>;
  step: ReadonlySignal<DataStep>;
  isBusy: ReadonlySignal<boolean>;
  problem: ReadonlySignal<ApiProblem | null>;
  /** Begins anew. */
  load(): Promise<void>;
  download(): Promise<void>;
  /** To the second step, or back. */
  go(step: "look" | "check"): void;
  erase(): Promise<void>;
};

type Page = { messages: unknown[]; next_cursor: string | null };

/** `save` hands the file to the browser. */
export function createDataStore(api: Api, save: (file: Blob) => void): DataStore {
  const kept = signal<ViewerErasure | null>(null);
  const step = signal<DataStep>("look");
  const isBusy = signal(false);
  const problem = signal<ApiProblem | null>(null);
  const perform = async (work: () => Promise<void>) => {
    if (isBusy.value) return;
    isBusy.value = true;
    problem.value = null;
    try {
      await work();
    } catch (cause) {
      problem.value = toProblem(cause);
    } finally {
      isBusy.value = false;
    }
  };
  return {
    kept,
    step,
    isBusy,
    problem,
    load: () =>
      perform(async () => {
        step.value = "look";
        kept.value = await api.get<ViewerErasure>("/viewers/me/erasure");
      }),
    download: () =>
      perform(async () => {
        const all = await api.get<Page>("/viewers/me/data");
        let cursor = all.next_cursor;
        for (let page = 1; cursor !== null && page < PAGES_MAX; page += 1) {
          const more: Page = await api.get<Page>("/viewers/me/data", { query: { cursor } });
          all.messages.push(...more.messages);
          cursor = more.next_cursor;
        }
        const text = JSON.stringify({ ...all, next_cursor: cursor }, null, 2);
        save(new Blob([text], { type: "application/json" }));
      }),
    go(next) {
      problem.value = null;
      step.value = next;
    },
    erase: () =>
      perform(async () => {
        kept.value = await api.put<ViewerErasure>("/viewers/me/erasure", { confirmed: true });
        step.value = "done";
      }),
  };
}
