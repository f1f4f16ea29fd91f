/** The sandbox's own pay page in a frame: there is no script of a provider to open it. */
import type { Opening, OpenPage } from "./open";

/** A page of this very server that does not come by then does not come. */
const LOAD_MS = 15_000;

export function frameSandbox(opening: Opening, url: string): Promise<OpenPage> {
  const frame = document.createElement("iframe");
  frame.className = "pay-frame";
  frame.title = opening.title;
  frame.src = `${url}?lang=${opening.lang}`;
  const listen = (message: MessageEvent) => {
    const isOurs = message.origin === location.origin && message.source === frame.contentWindow;
    if (isOurs && isComplete(message.data)) opening.onDone();
  };
  const close = () => {
    removeEventListener("message", listen);
    frame.remove();
  };
  addEventListener("message", listen);
  return new Promise((opened, fail) => {
    const timer = setTimeout(() => {
      close();
      fail(new Error("the sandbox's page did not load"));
    }, LOAD_MS);
    frame.addEventListener(
      "load",
      () => {
        clearTimeout(timer);
        opened({ close });
      },
      { once: true },
    );
    opening.place.append(frame);
  });
}

function isComplete(data: unknown): boolean {
  return (
    typeof data === "object" &&
    data !== null &&
    "vetrina" in data &&
    data.vetrina === "sandbox.complete"
  );
}
