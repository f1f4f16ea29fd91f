/** On a phone, what stands beside the recording elsewhere: the products and the chat of the evening. */
import type { ShowState } from "../../lib/reduce";
import { Sheet } from "../../ui/Sheet";
import { BagBar } from "../bag/BagBar";
import type { ChatView } from "../chat/view";
import type { ShowModel } from "../show/model";
import { Moments } from "./Moments";
import { ReplayChat } from "./ReplaySide";
import type { ReplayStore } from "./store";
import { replayTexts } from "./texts";

export type ReplaySheet = "moments" | "chat" | null;

type Props = {
  model: ShowModel;
  state: ShowState;
  store: ReplayStore;
  chatView: ChatView;
  open: ReplaySheet;
  onClose: () => void;
};

export function ReplaySheets({ model, state, store, chatView, open, onClose }: Props) {
  const text = replayTexts.value;
  const { bag } = model;
  return (
    <>
      <Sheet
        title={text.moments}
        isOpen={open === "moments"}
        onClose={onClose}
        footer={bag.isEmpty.value ? null : <BagBar bag={bag} onOpen={() => openBag()} />}
      >
        <Moments
          state={state}
          store={store}
          onJump={onClose}
          onOpen={(product) => {
            onClose();
            model.openProduct(product);
          }}
        />
      </Sheet>
      <Sheet title={text.chatThen} isOpen={open === "chat"} onClose={onClose}>
        <ReplayChat chatView={chatView} />
      </Sheet>
    </>
  );

  function openBag() {
    onClose();
    model.openBag();
  }
}
