/** The column beside the video on a wide screen: chat or products. */
import { useId, useState } from "preact/hooks";
import type { ShowState } from "../../lib/reduce";
import { BagBar } from "../bag/BagBar";
import { ChatLog } from "../chat/ChatLog";
import type { ChatView } from "../chat/view";
import { ProductList } from "../products/ProductList";
import { texts } from "../texts";
import type { ShowModel } from "./model";
import { ShowComposer } from "./ShowComposer";
import { SlowNote } from "./SlowNote";

const TABS = ["chat", "products"] as const;
type Tab = (typeof TABS)[number];

type Props = { model: ShowModel; state: ShowState; chatView: ChatView };

export function Side({ model, state, chatView }: Props) {
  const [tab, setTab] = useState<Tab>("chat");
  const id = useId();
  const text = texts.value;
  const { show } = state;
  const labels = { chat: text.chat, products: `${text.products} (${show.lineup.length})` };
  const step = (event: KeyboardEvent) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const next = tab === "chat" ? "products" : "chat";
    setTab(next);
    document.getElementById(`${id}-${next}`)?.focus();
  };
  return (
    <aside class="side" aria-label={`${text.chat}, ${text.products}`}>
      <div class="tabs" role="tablist" onKeyDown={step}>
        {TABS.map((name) => (
          <button
            key={name}
            id={`${id}-${name}`}
            type="button"
            class="tab"
            role="tab"
            aria-selected={tab === name}
            aria-controls={`${id}-panel`}
            tabIndex={tab === name ? 0 : -1}
            onClick={() => setTab(name)}
          >
            {labels[name]}
          </button>
        ))}
      </div>
      <div id={`${id}-panel`} class="side-panel" role="tabpanel" aria-labelledby={`${id}-${tab}`}>
        {tab === "chat" ? (
          <>
            <ChatLog {...chatView} />
            <div class="side-foot">
              <SlowNote secs={show.slow_mode_secs} />
              <ShowComposer model={model} state={state} />
            </div>
          </>
        ) : (
          <>
            <div class="side-scroll">
              <ProductList
                products={show.lineup}
                featured={show.featured}
                clock={model.show.clock}
                onOpen={model.openProduct}
              />
            </div>
            {!model.bag.isEmpty.value && (
              <div class="side-foot">
                <BagBar bag={model.bag} onOpen={model.openBag} />
              </div>
            )}
          </>
        )}
      </div>
    </aside>
  );
}
