import { expect, it } from "vitest";
import { createRebase } from "./rebase";

const playlist = (count: number) =>
  `#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:897650334\n#EXT-X-DISCONTINUITY-SEQUENCE:${count}\n#EXTINF:2,\nseg0.ts\n`;

it("counts discontinuities from the first one seen", () => {
  const rebase = createRebase();
  expect(rebase(playlist(149_608_389))).toBe(playlist(0));
  expect(rebase(playlist(149_608_391))).toBe(playlist(2));
});

it("starts over with the source, and leaves other playlists alone", () => {
  const rebase = createRebase();
  rebase(playlist(500));
  expect(rebase(playlist(3))).toBe(playlist(0));
  expect(rebase("#EXTM3U\nlow.m3u8\n")).toBe("#EXTM3U\nlow.m3u8\n");
});
