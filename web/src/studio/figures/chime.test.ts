import { afterEach, beforeEach, expect, it, vi } from "vitest";

let notes = 0;

class FakeAudio {
  state = "running";
  currentTime = 0;
  destination = {};
  createOscillator() {
    notes += 1;
    const node = { frequency: { value: 0 }, connect: (to: object) => to, start() {}, stop() {} };
    return node;
  }
  createGain() {
    const ramp = () => {};
    const gain = {
      setValueAtTime: ramp,
      linearRampToValueAtTime: ramp,
      exponentialRampToValueAtTime: ramp,
    };
    return { gain, connect: (to: object) => to };
  }
}

beforeEach(() => {
  notes = 0;
  localStorage.clear();
  vi.resetModules();
  vi.stubGlobal("AudioContext", FakeAudio);
});
afterEach(() => vi.unstubAllGlobals());

it("rings once for sales that come together", async () => {
  const { ring } = await import("./chime");
  expect([ring(0), ring(500), ring(1_499), ring(1_500)]).toEqual([true, false, false, true]);
  expect(notes).toBe(4);
});

it("is muted until it is wanted again, after a reload too", async () => {
  const first = await import("./chime");
  expect(first.isSoundOn()).toBe(true);
  first.setSound(false);
  expect(first.ring(0)).toBe(false);
  vi.resetModules();
  const again = await import("./chime");
  expect(again.isSoundOn()).toBe(false);
  expect(again.ring(0)).toBe(false);
  again.setSound(true);
  expect([again.isSoundOn(), notes]).toEqual([true, 2]);
  vi.resetModules();
  expect((await import("./chime")).isSoundOn()).toBe(true);
});

it("does no harm where there is no sound", async () => {
  vi.stubGlobal("AudioContext", undefined);
  const { ring } = await import("./chime");
  expect(ring(0)).toBe(true);
});
