/** The column beside the recording on a wide screen: what was said, or the products. */
import { useId, useState } from "preact/hooks";
import type { ShowState } from "../../lib/reduce";
import { BagBar } from "../bag/BagBar";
import { ChatLog } from "../chat/ChatLog";
import type { ChatView } from "../chat/view";
import type { ShowModel } from "../show/model";
import { texts } from "../texts";
import { Moments } from "./Moments";
import type { ReplayStore } from "./store";
import { replayTexts } from "./texts";

const TABS = ["moments", "chat"] as const;
type Tab = (typeof TABS)[number];

type Props = { model: ShowModel; state: ShowState; store: ReplayStore; chatView: ChatView };

export function ReplaySide({ model, state, store, chatView }: Props) {
  const [tab, setTab] = useState<Tab>("moments");
  const id = useId();
  const text = replayTexts.value;
  const labels = {
    moments: `${text.moments} (${state.show.lineup.length})`,
    chat: texts.value.chat,
  };
  const step = ({ key }: KeyboardEvent) => {
    if (key !== "ArrowLeft" && key !== "ArrowRight") return;
    const next = tab === "chat" ? "moments" : "chat";
    setTab(next);
    document.getElementById(`${id}-${next}`)?.focus();
  };
  return (
    <aside class="side" aria-label={`${text.moments}, ${text.chatThen}`}>
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
          <ReplayChat chatView={chatView} />
        ) : (
          <>
            <div class="side-scroll">
              <Moments state={state} store={store} onOpen={model.openProduct} />
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

/** What was said up to this second. */
export function ReplayChat({ chatView }: { chatView: ChatView }) {
  if (chatView.rows.length === 0) return <p class="empty">{replayTexts.value.chatNothing}</p>;
  return <ChatLog {...chatView} />;
}
