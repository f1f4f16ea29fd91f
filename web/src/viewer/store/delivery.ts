/**
 * Where this viewer's purchases go: asked once where the price depends on it, then remembered.
 */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { asksCountry, delivers, likelyCountry } from "../../lib/delivery";
import type { DeliveryZone } from "../../lib/types";
import { lang } from "../../ui/lang";
import { readStored, writeStored } from "../../ui/storage";
import type { ShowStore } from "./show";

const STORED_AS = "vetrina.country";

export type DeliveryStore = {
  zones: ReadonlySignal<DeliveryZone[]>;
  /** Chosen, or likely; null when the shop does not deliver where this viewer seems to be. */
  country: ReadonlySignal<string | null>;
  /** Nothing has to be asked before one tap buys. */
  isSettled: ReadonlySignal<boolean>;
  /** How often a purchase waited for the country. */
  asked: ReadonlySignal<number>;
  choose(country: string): void;
  /** Whether a purchase may go on; where the country is missing, it is asked for. */
  settle(): boolean;
  /** What the checkout has to be told; null where it makes no difference. */
  shipTo(): string | null;
};

export function createDeliveryStore({ state }: Pick<ShowStore, "state">): DeliveryStore {
  const chosen = signal(readStored(STORED_AS));
  const asked = signal(0);
  const zones = computed(() => state.value?.shop.delivery.zones ?? []);
  const isChosen = computed(() => chosen.value !== null && delivers(zones.value, chosen.value));
  const country = computed(() =>
    isChosen.value ? chosen.value : likelyCountry(zones.value, navigator.languages, lang.value),
  );
  const choose = (next: string) => {
    chosen.value = next;
    writeStored(STORED_AS, next);
  };
  return {
    zones,
    country,
    isSettled: computed(() => !asksCountry(zones.value) || isChosen.value),
    asked,
    choose,
    settle() {
      if (!asksCountry(zones.value)) return true;
      if (country.value === null) {
        asked.value += 1;
        return false;
      }
      choose(country.value);
      return true;
    },
    shipTo: () => (asksCountry(zones.value) ? country.value : null),
  };
}
