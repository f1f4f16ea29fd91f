import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type FrameKind, steerFrame } from "./frame";

const YOUTUBE = "https://www.youtube-nocookie.com";
const VIMEO = "https://player.vimeo.com";

function setUp(kind: FrameKind) {
  const sent: { message: Record<string, unknown>; origin: string }[] = [];
  const inside = {
    postMessage: (text: string, origin: string) => sent.push({ message: JSON.parse(text), origin }),
  };
  const frame = Object.assign(new EventTarget(), { contentWindow: inside });
  const events = { onSecs: vi.fn(), onLength: vi.fn(), onPlaying: vi.fn() };
  const steered = steerFrame(frame as unknown as HTMLIFrameElement, kind, events);
  const hear = (data: unknown, origin: string, source: unknown = inside) => {
    const message = new MessageEvent("message", { data: JSON.stringify(data), origin });
    Object.defineProperty(message, "source", { value: source });
    dispatchEvent(message);
  };
  return { ...steered, frame, events, sent, hear };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a YouTube frame", () => {
  it("is asked until it tells where it is, and told where to go", () => {
    const { frame, sent, hear, events, deck, leave } = setUp("youtube");
    frame.dispatchEvent(new Event("load"));
    vi.advanceTimersByTime(1_000);
    expect(sent.map(({ message }) => message.event)).toEqual(["listening", "listening"]);
    hear(
      { event: "infoDelivery", info: { currentTime: 12.5, duration: 600, playerState: 1 } },
      YOUTUBE,
    );
    expect(events.onSecs).toHaveBeenCalledWith(12.5);
    expect(events.onLength).toHaveBeenCalledWith(600);
    expect(events.onPlaying).toHaveBeenCalledWith(true);
    deck.seek(754);
    vi.advanceTimersByTime(5_000);
    expect(sent.at(-1)).toEqual({
      message: { event: "command", func: "seekTo", args: [754, true] },
      origin: YOUTUBE,
    });
    leave();
  });

  it("is believed only itself, from its own origin", () => {
    const { hear, events, leave } = setUp("youtube");
    const told = { event: "infoDelivery", info: { currentTime: 9 } };
    hear(told, "https://evil.example");
    hear(told, YOUTUBE, {});
    hear("no object", YOUTUBE);
    expect(events.onSecs).not.toHaveBeenCalled();
    leave();
    hear(told, YOUTUBE);
    expect(events.onSecs).not.toHaveBeenCalled();
  });
});

describe("a Vimeo frame", () => {
  it("tells its place once it is ready", () => {
    const { sent, hear, events, deck, leave } = setUp("vimeo");
    hear({ event: "ready" }, VIMEO);
    expect(sent.map(({ message }) => message.value)).toEqual([
      "timeupdate",
      "play",
      "pause",
      "ended",
    ]);
    hear({ event: "timeupdate", data: { seconds: 3.2, duration: 90 } }, VIMEO);
    hear({ event: "pause", data: { seconds: 3.2, duration: 90 } }, VIMEO);
    expect(events.onSecs).toHaveBeenCalledWith(3.2);
    expect(events.onPlaying.mock.calls).toEqual([[false]]);
    deck.setPlaying(true);
    expect(sent.at(-1)?.message).toEqual({ method: "play" });
    leave();
  });
});
