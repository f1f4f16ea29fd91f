/**
 * Browser tests: the real server, the real Chromium, one file after the other.
 *
 * `VETRINA_SCREENS=1` draws every state instead of testing it.
 */
import { defineConfig } from "vitest/config";

const isDrawing = process.env.VETRINA_SCREENS === "1";

export default defineConfig({
  test: {
    include: isDrawing ? ["screens.ts", "states.ts", "states-money.ts"] : ["*.test.ts"],
    // One server and one browser at a time: a small machine has to hold them.
    fileParallelism: false,
    testTimeout: isDrawing ? 900_000 : 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000, interval: 100 } },
  },
});
