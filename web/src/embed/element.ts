/**
 * `<vetrina-show>`: a show inside a page of another site, in a frame of ours.
 *
 * Runs in foreign pages, so it weighs less than 3 KB, needs nothing and touches nothing but its element.
 * Invariant: it hears and tells only its own frame, and only under the exact origin of the server.
 */

/** The title of the frame, the button of an overlay, the button that closes. */
const TEXTS = {
  it: ["Diretta", "Guarda la diretta", "Chiudi"],
  en: ["Live show", "Watch live", "Close"],
} as const;

// A page can give the element any other size; the frame fills it.
const STYLE =
  ":host(:not([hidden])){display:block}" +
  "dialog,iframe{width:100%;height:100%;max-width:none;max-height:none;padding:0;border:0;background:#111}" +
  "dialog{position:fixed}" +
  "button{height:44px;padding:0 18px;border:0;background:#111;color:#fff;font:inherit}" +
  "dialog button{display:block;margin-left:auto}" +
  "iframe{display:block;height:calc(100% - 44px)}" +
  ".inline{position:static;aspect-ratio:9/16}.inline iframe{height:100%}.inline button{display:none}" +
  ".overlay{width:min(100%,1100px);height:min(100%,800px)}" +
  "::backdrop{background:#000b}" +
  ".floating{inset:auto 1em 1em auto;width:168px;height:343px;z-index:999}" +
  ".large{inset:auto 0 0 auto;width:min(100%,420px);height:min(100%,800px)}";

/** Makes the element known, once; `origin` is where the script came from. */
export function defineShow(origin: string): void {
  if (customElements.get("vetrina-show")) return;
  customElements.define(
    "vetrina-show",
    class extends HTMLElement {
      static observedAttributes = ["show", "layout", "lang", "cart"];
      #inside = build(this, origin);
      connectedCallback() {
        addEventListener("message", this.#inside.hear);
        this.#inside.sync();
      }
      disconnectedCallback() {
        removeEventListener("message", this.#inside.hear);
        this.#inside.sync(false);
      }
      attributeChangedCallback() {
        this.#inside.sync();
      }
    },
  );
}

/** What is inside an element: the button of an overlay, and a panel with the button that closes and the frame. */
function build(host: HTMLElement, origin: string) {
  const launcher = make("button");
  const words = make("slot");
  const panel = make("dialog");
  const closer = make("button");
  let frame = make("iframe");
  let address = "";
  let layout = "";
  let isOpen = false;
  let isReady = false;

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  const root = host.attachShadow({ mode: "open" });
  // Every content policy lets style sheets of this kind through.
  root.adoptedStyleSheets = [sheet];
  // For `vetrina-show::part(button)` in the styles of the page.
  launcher.part = "button";
  launcher.append(words);
  closer.append("✕");
  panel.append(closer);
  root.append(launcher, panel);

  const value = (name: string) => host.getAttribute(name) ?? "";

  const sync = (isThere = host.isConnected) => {
    let wanted = value("layout");
    if (!/^(overlay|floating)$/.test(wanted)) wanted = "inline";
    // An overlay waits to be opened; everything else is open from the start.
    if (!isThere || !layout) isOpen = wanted !== "overlay";
    if (wanted !== layout) {
      layout = panel.className = wanted;
      panel.close();
    }
    const lang = (host.lang || document.documentElement.lang).slice(0, 2);
    const [title, watch, close] = lang === "it" ? TEXTS.it : TEXTS.en;
    words.textContent = watch;
    launcher.hidden = layout !== "overlay";
    panel.ariaLabel = title;
    closer.ariaLabel = close;
    const show = isThere && isOpen && value("show");
    const query = new URLSearchParams({ origin: location.origin, lang, cart: value("cart") });
    load(show ? `${origin}/embed/show/${encodeURIComponent(show)}?${query}` : "");
    frame.title = title;
  };

  /** Makes a frame for each address: another address in the same one is a step in the page's history. */
  const load = (next: string) => {
    if (next !== address) {
      address = next;
      isReady = false;
      frame.remove();
      frame = make("iframe");
      frame.allow = "autoplay;fullscreen;picture-in-picture;web-share";
      frame.src = next;
      if (next) panel.append(frame);
    }
    if (!next) panel.close();
    else if (layout !== "overlay") panel.open = true;
    else if (!panel.open) panel.showModal();
  };

  const open = () => {
    isOpen = true;
    sync();
    if (layout === "floating") panel.classList.add("large");
    frame.focus();
  };

  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    sync();
    emit("close", {});
  };

  const tell = (type: string, data: unknown, id = "") => {
    if (isReady) frame.contentWindow?.postMessage({ vetrina: 1, id, type, data }, origin);
    return isReady;
  };

  /** Tells the page, and gives what it answered with. */
  const emit = (type: string, detail: unknown) => {
    let answer: unknown;
    const event = new CustomEvent(`vetrina:${type}`, { detail, bubbles: true });
    const respondWith = (promise: unknown) => {
      answer = promise;
    };
    host.dispatchEvent(Object.assign(event, { respondWith }));
    return answer;
  };

  const hear = ({ source, origin: from, data: message }: MessageEvent) => {
    if (from !== origin || source !== frame.contentWindow || message?.vetrina !== 1) return;
    const { id, type, data } = message;
    if (type === "open") return open();
    // What stands in the page itself has nothing to close.
    if (type === "close") return layout !== "inline" && closer.click();
    isReady = true;
    const answer = emit(type, data);
    const reply = (said: unknown) => tell("answer", said, id);
    if (id)
      Promise.resolve(answer)
        .then(reply)
        .catch(() => reply(false));
  };

  launcher.onclick = open;
  // What was made large becomes small again before it goes.
  closer.onclick = () => {
    if (panel.className === layout) close();
    else panel.className = layout;
  };
  panel.onclose = () => layout === "overlay" && !panel.open && close();
  // What pages call; what is told is true when the show was there to hear it.
  Object.assign(host, {
    open,
    close,
    mute: (muted = true) => tell("mute", { muted }),
    updateCart: (cart: unknown) => tell("update-cart", cart),
    updateProduct: (product: unknown) => tell("update-product", product),
  });
  return { sync, hear };
}

function make<Name extends keyof HTMLElementTagNameMap>(name: Name): HTMLElementTagNameMap[Name] {
  return document.createElement(name);
}
