import { expect, test, vi } from "vitest";
import type { Api } from "../../lib/api";
import { ApiProblem } from "../../lib/problem";
import type { ViewerErasure } from "../../lib/types";
import { createDataStore } from "./store";

const KEPT: ViewerErasure = {
  shows: 1,
  messages: 2,
  questions: 0,
  votes: 0,
  orders: 0,
  blocked: [],
  ban_until: null,
  erased_at: null,
};

function apiOf(part: Partial<Record<"get" | "put", unknown>>): Api {
  return { get: vi.fn(), put: vi.fn(), ...part } as unknown as Api;
}

test("nothing is erased before the second step is confirmed", async () => {
  const put = vi.fn().mockResolvedValue({ ...KEPT, erased_at: "2026-11-23T20:00:00.000Z" });
  const store = createDataStore(apiOf({ get: vi.fn().mockResolvedValue(KEPT), put }), vi.fn());
  await store.load();
  expect(store.kept.value).toEqual(KEPT);
  store.go("check");
  expect(put).not.toHaveBeenCalled();
  await store.erase();
  expect(put).toHaveBeenCalledExactlyOnceWith("/viewers/me/erasure", { confirmed: true });
  expect(store.step.value).toBe("done");
});

test("a refusal is shown and the step stays", async () => {
  const refusal = new ApiProblem({ code: "erasure_blocked", status: 409, detail: "" });
  const put = vi.fn().mockRejectedValue(refusal);
  const store = createDataStore(apiOf({ get: vi.fn().mockResolvedValue(KEPT), put }), vi.fn());
  await store.load();
  store.go("check");
  await store.erase();
  expect(store.problem.value?.code).toBe("erasure_blocked");
  expect(store.step.value).toBe("check");
  store.go("look");
  expect(store.problem.value).toBeNull();
});

test("a file holds the messages of all pages", async () => {
  const pages = [
    { messages: ["a", "b"], next_cursor: "x:2", viewer_id: "v" },
    { messages: ["c"], next_cursor: null, viewer_id: "v" },
  ];
  const get = vi.fn().mockResolvedValueOnce(pages[0]).mockResolvedValueOnce(pages[1]);
  const save = vi.fn();
  await createDataStore(apiOf({ get }), save).download();
  expect(get).toHaveBeenLastCalledWith("/viewers/me/data", { query: { cursor: "x:2" } });
  const file: Blob = save.mock.calls[0]?.[0];
  expect(JSON.parse(await file.text())).toEqual({
    messages: ["a", "b", "c"],
    next_cursor: null,
    viewer_id: "v",
  });
});
