import { signal } from "@preact/signals";
import { waitFor } from "@testing-library/preact";
import { render } from "preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ShowState } from "../../lib/reduce";
import { product, state } from "../../lib/testing/builders";
import { ServerClock } from "../../lib/time";
import { setLang } from "../../ui/lang";
import { createBagStore } from "../store/bag";
import { createDeliveryStore } from "../store/delivery";
import { ProductSheet } from "./ProductSheet";

beforeEach(() => {
  localStorage.clear();
  setLang("en");
});
afterEach(() => {
  vi.restoreAllMocks();
  render(null, document.body);
});

function sheet() {
  const shown = signal<ShowState | null>(state());
  return (
    <ProductSheet
      product={product()}
      isReady
      isOpen
      shutText={null}
      isBusy={false}
      problem={null}
      bag={createBagStore({ state: shown })}
      delivery={createDeliveryStore({ state: shown })}
      clock={new ServerClock()}
      onBuy={() => undefined}
      onUnits={() => undefined}
      onOpenBag={() => undefined}
      onClose={() => undefined}
    />
  );
}

it("puts the focus on the button that buys once the sheet is open, however soon it is drawn again", async () => {
  const wereOpen: (boolean | undefined)[] = [];
  vi.spyOn(HTMLButtonElement.prototype, "focus").mockImplementation(function focus(
    this: HTMLButtonElement,
  ) {
    if (this.classList.contains("is-buy")) wereOpen.push(this.closest("dialog")?.open);
  });
  render(sheet(), document.body);
  // Before the frame after which the first drawing's effects run.
  render(sheet(), document.body);
  await waitFor(() => expect(wereOpen).toEqual([true]));
});
