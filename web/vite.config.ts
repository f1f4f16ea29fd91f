/**
 * Builds one entry per run: `vite build` the viewer, `vite build --mode studio` the control panel,
 * `vite build --mode order` the buyer's order page, `vite build --mode overlay` the page over a picture,
 * `vite build --mode embed` the show inside another site's page, `vite build --mode embed-script` the
 * script that such a page loads.
 *
 * Two entries in one run would share chunks, and each shared chunk is one more request
 * before the first picture of the viewer page.
 */
import { existsSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { compress } from "./build/compress.ts";

const ENTRIES: Record<string, string> = {
  studio: "studio.html",
  order: "order.html",
  overlay: "overlay.html",
  embed: "embed.html",
  "embed-script": "src/embed.ts",
};

/** Where `vite` (the development server) finds the Rust server. */
const SERVER = process.env.VETRINA_DEV_SERVER ?? "http://127.0.0.1:8080";

export default defineConfig(({ mode }) => {
  const entry = ENTRIES[mode] ?? "index.html";
  const isScript = entry.endsWith(".ts");
  const isFirstRun = entry === "index.html";
  return {
    appType: "mpa",
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    publicDir: isFirstRun && existsSync("public") ? "public" : false,
    build: {
      outDir: "dist",
      emptyOutDir: isFirstRun,
      assetsDir: "assets",
      // Inlined assets would be `data:` addresses, which the content security policy refuses.
      assetsInlineLimit: 0,
      sourcemap: false,
      target: "es2022",
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: entry,
        // Without a hash in its name, since it stands in other sites' pages.
        ...(isScript && { output: { format: "iife", entryFileNames: "embed.js" } }),
      },
    },
    plugins: [compress()],
    server: {
      proxy: {
        "/api": { target: SERVER, ws: true },
        "/images": SERVER,
        "/demo": SERVER,
      },
    },
    test: {
      environment: "happy-dom",
      include: ["src/**/*.test.{ts,tsx}"],
    },
  };
});
