import { describe, expect, it } from "vitest";
import { isVideoUrl, type VideoKind, videoSourceOf } from "./video";

const GOOD: [VideoKind, string][] = [
  ["hls", "https://cdn.example.com/a/live.m3u8?key=1"],
  ["youtube", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"],
  ["youtube", "https://youtu.be/dQw4w9WgXcQ?t=3"],
  ["youtube", "https://youtube.com/live/dQw4w9WgXcQ"],
  ["vimeo", "https://vimeo.com/event/123456"],
  ["vimeo", "https://vimeo.com/123456789/abcdef12"],
  ["vimeo", "https://player.vimeo.com/video/123456789"],
  ["twitch", "https://www.twitch.tv/sartoria_bianchi"],
];

const BAD: [VideoKind, string][] = [
  ["hls", "https://cdn.example.com/video.mp4"],
  ["hls", "ftp://cdn.example.com/live.m3u8"],
  ["youtube", "https://www.youtube.com/@negozio"],
  ["youtube", "https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ"],
  ["vimeo", "https://vimeo.com/channels/staffpicks"],
  ["twitch", "https://www.twitch.tv/videos/123456"],
  ["twitch", "sartoria"],
  ["youtube", ""],
];

describe("video addresses", () => {
  for (const [kind, url] of GOOD) {
    it(`takes ${url} for ${kind}`, () => expect(isVideoUrl(kind, url)).toBe(true));
  }
  for (const [kind, url] of BAD) {
    it(`refuses "${url}" for ${kind}`, () => expect(isVideoUrl(kind, url)).toBe(false));
  }

  it("makes a source without an address where none is needed", () => {
    expect(videoSourceOf("demo", "left over")).toEqual({ kind: "demo" });
    expect(videoSourceOf("none", "")).toEqual({ kind: "none" });
  });
  it("trims the address", () => {
    expect(videoSourceOf("twitch", "  https://twitch.tv/anna ")).toEqual({
      kind: "twitch",
      url: "https://twitch.tv/anna",
    });
  });
});
