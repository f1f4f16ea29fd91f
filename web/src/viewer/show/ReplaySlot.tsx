/** Loads the replay of a show that is over; whoever watches live never needs it. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ShowState } from "../../lib/reduce";
import { common, problemText } from "../../ui/lang";
import { FullNote } from "../storefront/FullNote";
import { texts } from "../texts";
import type { ShowModel } from "./model";

type Part = typeof import("../replay/ReplayPage") | "loading" | "failed";

const state = signal<Part>("loading");
const part: ReadonlySignal<Part> = state;

async function load(): Promise<void> {
  state.value = "loading";
  try {
    state.value = await import("../replay/ReplayPage");
  } catch {
    state.value = "failed";
  }
}

export function ReplaySlot(props: { model: ShowModel; state: ShowState }) {
  useEffect(() => void load(), []);
  const now = part.value;
  if (now === "loading") return <FullNote isBusy title={common.value.loading} />;
  if (now !== "failed") return <now.ReplayPage {...props} />;
  return (
    <FullNote title={texts.value.failedTitle} text={problemText({ code: "offline" })}>
      <button type="button" class="button is-primary" onClick={() => void load()}>
        {common.value.retry}
      </button>
    </FullNote>
  );
}
