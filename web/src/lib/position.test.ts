import { expect, it } from "vitest";
import { formatPosition, parsePosition, takeFresh } from "./position";

const events = (...seqs: number[]) => seqs.map((seq) => ({ seq }));

it("reads and writes positions of viewers and members", () => {
  for (const text of ["e1:0", "e1:42", "e1:42:7"]) {
    const position = parsePosition(text);
    expect(position && formatPosition(position)).toBe(text);
  }
  for (const text of ["", "e1", "e1:", "e1:-1", ":5", "e1:1:2:3", "e1:x"]) {
    expect(parsePosition(text)).toBeNull();
  }
});

it("drops what was seen and stops before a hole", () => {
  expect(takeFresh(events(3, 4, 5), 4)).toEqual({ fresh: events(5), last: 5, hasGap: false });
  expect(takeFresh(events(5, 7, 8), 4)).toEqual({ fresh: events(5), last: 5, hasGap: true });
  expect(takeFresh(events(1, 2), 4)).toEqual({ fresh: [], last: 4, hasGap: false });
  const run = { seq: 9, data: { from: 6, count: 4 } };
  expect(takeFresh([run], 5)).toEqual({ fresh: [run], last: 9, hasGap: false });
  expect(takeFresh([run], 7)).toEqual({ fresh: [run], last: 9, hasGap: false });
  expect(takeFresh([run], 4)).toEqual({ fresh: [], last: 4, hasGap: true });
});
