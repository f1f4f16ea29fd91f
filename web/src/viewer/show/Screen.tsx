/** The picture with everything that lies over it. */
import { useState } from "preact/hooks";
import { featuredProducts, type ShowState } from "../../lib/reduce";
import { BagButton } from "../bag/BagButton";
import { ChatLines } from "../chat/ChatLines";
import type { ChatView } from "../chat/view";
import { HeldBar } from "../checkout/HeldBar";
import { Player } from "../player/Player";
import { FeaturedStack } from "../products/FeaturedStack";
import { texts } from "../texts";
import { ActionBar } from "./ActionBar";
import { Hearts } from "./Hearts";
import type { ShowModel } from "./model";
import { ShowComposer } from "./ShowComposer";
import { TopBar } from "./TopBar";

type Props = { model: ShowModel; state: ShowState; chatView: ChatView; isWide: boolean };

export function Screen({ model, state, chatView, isWide }: Props) {
  const { show, checkout, player, panel } = model;
  const [isBare, setBare] = useState(false);
  const { video, title, status, lineup, questions } = state.show;
  const hasOwnPlayer = video.kind === "demo" || video.kind === "hls";
  const held = checkout.checkout.value;
  const text = texts.value;
  const isPlaying = hasOwnPlayer && status === "live";
  const canOfferSound = isPlaying && player.isMuted.value && player.state.value === "playing";
  const tapped = () => {
    if (player.isMuted.value || player.state.value === "blocked") player.resume();
    else setBare(!isBare);
  };
  return (
    <section class={isBare ? "screen is-bare" : "screen"} aria-label={text.videoOf(title)}>
      <Player video={video} title={title} player={player} onTap={tapped} />
      {status === "paused" && (
        <div class="curtain" role="status">
          <p class="curtain-title">{text.pausedTitle}</p>
          <p>{text.pausedText}</p>
        </div>
      )}
      <div class="screen-top">
        <TopBar
          state={state}
          viewers={show.viewers.value}
          player={player}
          hasOwnPlayer={hasOwnPlayer}
        />
      </div>
      {canOfferSound && (
        <button type="button" class="chip is-action tap-for-sound" onClick={player.resume}>
          {text.tapForSound}
        </button>
      )}
      <Hearts bursts={show.hearts} />
      <div class="screen-foot">
        {!isWide && <ChatLines view={chatView} onOpen={() => (panel.value = { kind: "chat" })} />}
        {held && !checkout.isOpen.value && (
          <HeldBar checkout={held} clock={show.clock} onOpen={checkout.open} />
        )}
        <FeaturedStack
          products={featuredProducts(state.show)}
          isSelling
          isBusy={checkout.isBusy.value}
          clock={show.clock}
          aside={<BagButton bag={model.bag} onOpen={model.openBag} />}
          onOpen={model.openProduct}
          addText={model.cart?.add}
          onBuy={model.buyProduct}
        />
        <div class="foot-row">
          {!isWide && <ShowComposer model={model} state={state} />}
          <ActionBar
            products={lineup.length}
            questions={questions.filter((one) => one.answer === null).length}
            onQuestions={() => model.openQuestions()}
            onProducts={isWide ? null : () => (panel.value = { kind: "products" })}
            onHeart={show.sendHeart}
            onShare={model.share}
          />
        </div>
      </div>
    </section>
  );
}
