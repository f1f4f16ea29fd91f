import { describe, expect, it } from "vitest";
import { ApiProblem } from "../lib/problem";
import type { Page } from "../lib/types";
import { Pager, Resource } from "./pager";

type Row = { id: string };

const rows = (...ids: string[]): Row[] => ids.map((id) => ({ id }));

describe("pager", () => {
  it("adds pages until there is no cursor", async () => {
    const pages: Record<string, Page<Row>> = {
      first: { items: rows("a", "b"), next_cursor: "second" },
      second: { items: rows("b", "c"), next_cursor: null },
    };
    const pager = new Pager<Row>(async (cursor) => {
      const page = pages[cursor ?? "first"];
      if (page === undefined) throw new Error("no such page");
      return page;
    });
    await pager.load();
    expect(pager.hasMore.value).toBe(true);
    await pager.more();
    expect(pager.items.value).toEqual(rows("a", "b", "c"));
    expect(pager.hasMore.value).toBe(false);
    await pager.more();
    expect(pager.items.value).toHaveLength(3);
  });

  it("keeps the rows it has when the next page fails", async () => {
    const pager = new Pager<Row>(async (cursor) => {
      if (cursor === null) return { items: rows("a"), next_cursor: "next" };
      throw new ApiProblem({ code: "overloaded", status: 503, detail: "" });
    });
    await pager.load();
    await pager.more();
    expect(pager.items.value).toEqual(rows("a"));
    expect(pager.status.value).toBe("failed");
    expect(pager.problem.value?.code).toBe("overloaded");
    expect(pager.isLoadingMore.value).toBe(false);
  });

  it("drops the answer to an older question", async () => {
    const answers: ((page: Page<Row>) => void)[] = [];
    const pager = new Pager<Row>(() => new Promise((resolve) => answers.push(resolve)));
    const first = pager.load();
    const second = pager.load();
    answers[1]?.({ items: rows("new"), next_cursor: null });
    answers[0]?.({ items: rows("old"), next_cursor: null });
    await Promise.all([first, second]);
    expect(pager.items.value).toEqual(rows("new"));
  });
});

describe("resource", () => {
  it("keeps showing what it has while it asks again", async () => {
    let value = 1;
    const resource = new Resource(async () => value);
    await resource.load();
    value = 2;
    const again = resource.load();
    expect(resource.status.value).toBe("ready");
    expect(resource.value.value).toBe(1);
    await again;
    expect(resource.value.value).toBe(2);
  });
});
