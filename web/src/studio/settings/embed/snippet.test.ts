import { afterEach, expect, it } from "vitest";
import { sitesIn, snippetOf } from "./snippet";

const SNIPPET = {
  origin: "https://live.example.com",
  show: "autumn",
  layout: "inline",
  lang: "it",
  cart: "shop",
} as const;

afterEach(() => document.body.replaceChildren());

it("is a script and an element with what was chosen", () => {
  document.body.innerHTML = snippetOf(SNIPPET);
  const script = document.querySelector("script");
  expect(script?.getAttribute("src")).toBe("https://live.example.com/embed.js");
  expect(script?.hasAttribute("async")).toBe(true);
  const element = document.querySelector("vetrina-show");
  for (const name of ["show", "layout", "lang", "cart"] as const) {
    expect(element?.getAttribute(name)).toBe(SNIPPET[name]);
  }
});

it("keeps the place free of what stands in the page", () => {
  expect(snippetOf(SNIPPET)).toContain("aspect-ratio");
  expect(snippetOf({ ...SNIPPET, layout: "overlay" })).toContain("min-height:44px");
  expect(snippetOf({ ...SNIPPET, layout: "floating" })).not.toContain("style");
});

it("lets no name break out of its attribute", () => {
  document.body.innerHTML = snippetOf({ ...SNIPPET, show: 'a"><img src=x>&b' });
  expect(document.querySelector("img")).toBeNull();
  expect(document.querySelector("vetrina-show")?.getAttribute("show")).toBe('a"><img src=x>&b');
});

it("reads one site per line", () => {
  expect(sitesIn(" https://a.example \n\n\thttps://b.example\n")).toEqual([
    "https://a.example",
    "https://b.example",
  ]);
  expect(sitesIn(" \n")).toEqual([]);
});
