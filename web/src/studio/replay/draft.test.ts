import { describe, expect, it } from "vitest";
import { show } from "../../lib/testing/builders";
import { changeOf, draftOf, secsOf } from "./draft";

const ENDED = show({ status: "ended", started_at: "2026-11-21T20:00:00.000Z" });
const replay = (starts_at: string) => ({
  video: null,
  starts_at,
  published_at: null,
  hearts: { every_secs: 10, counts: [] },
});

describe("the form of a replay", () => {
  it("counts from the moment of going live, both ways", () => {
    const draft = draftOf(ENDED, replay("2026-11-21T19:59:47.500Z"));
    expect(draft).toEqual({ kind: "file", url: "", offset: "-12.5" });
    const change = changeOf(ENDED, { ...draft, url: " https://x.it/a.mp4 ", offset: "2,25" }, true);
    expect(change).toEqual({
      recording: { kind: "file", url: "https://x.it/a.mp4" },
      starts_at: "2026-11-21T20:00:02.250Z",
      is_published: true,
    });
  });

  it("sends no address for the clip", () => {
    const draft = { kind: "demo" as const, url: "left over", offset: "0" };
    expect(changeOf(ENDED, draft, false)?.recording).toEqual({ kind: "demo" });
  });

  it("takes numbers only", () => {
    expect(["1", "-10", "2,5", "+3.125", " 4 "].map(secsOf)).toEqual([1, -10, 2.5, 3.125, 4]);
    expect(["", "a", "1.2.3", "1e9", "--1"].map(secsOf)).toEqual([null, null, null, null, null]);
  });
});
