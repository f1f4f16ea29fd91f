/** The recording with what was on screen at this second, and below it the way through the evening. */
import { useRef, useState } from "preact/hooks";
import type { ShowState } from "../../lib/reduce";
import { formatDate } from "../../lib/time";
import type { ProductView } from "../../lib/types";
import { Icon } from "../../ui/Icon";
import { LangToggle } from "../../ui/LangToggle";
import { lang } from "../../ui/lang";
import { BagButton } from "../bag/BagButton";
import { ChatLines } from "../chat/ChatLines";
import type { ChatView } from "../chat/view";
import { HeldBar } from "../checkout/HeldBar";
import { Backdrop } from "../player/Player";
import { VideoPlayer } from "../player/VideoPlayer";
import { FeaturedStack } from "../products/FeaturedStack";
import { isWide } from "../show/media";
import type { ShowModel } from "../show/model";
import { shareShow, showUrl } from "../show/share";
import { texts } from "../texts";
import { RecordingFrame } from "./RecordingFrame";
import type { ReplaySheet } from "./ReplaySheets";
import { Scrubber } from "./Scrubber";
import type { ReplayStore } from "./store";
import { replayTexts } from "./texts";

type Props = {
  model: ShowModel;
  state: ShowState;
  store: ReplayStore;
  chatView: ChatView;
  onScreen: ProductView[];
  onSheet: (sheet: ReplaySheet) => void;
};

export function ReplayScreen({ model, state, store, chatView, onScreen, onSheet }: Props) {
  const [isBare, setBare] = useState(false);
  const { checkout } = model;
  const held = checkout.checkout.value;
  const gone = store.shown.value.show.featured
    .filter((id) => !state.show.lineup.some((product) => product.id === id))
    .flatMap((id) => store.shown.value.show.lineup.filter((product) => product.id === id));
  return (
    <section
      class={isBare ? "screen is-bare" : "screen"}
      aria-label={texts.value.videoOf(state.show.title)}
    >
      <Recording store={store} title={state.show.title} onTap={() => setBare(!isBare)} />
      {store.shown.value.show.status === "paused" && (
        <div class="curtain">
          <p class="curtain-title">{texts.value.pausedTitle}</p>
        </div>
      )}
      <div class="screen-top">
        <Top state={state} store={store} />
      </div>
      <div class="screen-foot">
        {!isWide.value && <ChatLines view={chatView} onOpen={() => onSheet("chat")} />}
        {held && !checkout.isOpen.value && (
          <HeldBar checkout={held} clock={model.show.clock} onOpen={checkout.open} />
        )}
        {gone.map(({ id, title }) => (
          <p key={id} class="replay-gone">
            {replayTexts.value.gone(title)}
          </p>
        ))}
        <FeaturedStack
          products={onScreen}
          isSelling
          isBusy={checkout.isBusy.value}
          clock={model.show.clock}
          aside={<BagButton bag={model.bag} onOpen={model.openBag} />}
          onOpen={model.openProduct}
          addText={model.cart?.add}
          onBuy={model.buyProduct}
        />
        <Controls model={model} state={state} store={store} onSheet={onSheet} />
      </div>
    </section>
  );
}

function Recording({
  store,
  title,
  onTap,
}: {
  store: ReplayStore;
  title: string;
  onTap: () => void;
}) {
  const video = store.replay.value?.video;
  const { media } = store;
  const label = texts.value.videoOf(title);
  const tapped = useRef(onTap);
  tapped.current = onTap;
  if (!video?.play_url) return <Backdrop poster={null} />;
  if (video.kind === "youtube" || video.kind === "vimeo") {
    return (
      <RecordingFrame kind={video.kind} url={video.play_url} label={label} media={store.media} />
    );
  }
  return (
    <VideoPlayer
      url={video.play_url}
      poster={video.poster_url}
      label={label}
      player={media.player}
      onTap={() => {
        if (media.player.state.value === "blocked") media.player.resume();
        else tapped.current();
      }}
    />
  );
}

function Top({ state, store }: { state: ShowState; store: ReplayStore }) {
  const { shop, show } = state;
  const { media } = store;
  const isMuted = media.isMuted.value;
  const when = show.started_at ?? show.ended_at;
  return (
    <header class="top-bar">
      <div class="top-row">
        <a class="icon-button glass" href="/" aria-label={texts.value.home(shop.name)}>
          <Icon name="home" />
        </a>
        <p class="glass pill replay-pill">
          <span class="live-badge is-replay">{replayTexts.value.badge}</span>
        </p>
        <span class="top-space" />
        <span class="glass is-round">
          <LangToggle />
        </span>
        <button
          type="button"
          class="icon-button glass"
          aria-label={isMuted ? texts.value.sound : texts.value.mute}
          onClick={() => media.setMuted(!isMuted)}
        >
          <Icon name={isMuted ? "soundOff" : "soundOn"} />
        </button>
      </div>
      <div class="top-row">
        <p class="top-title">
          <strong>{shop.name}</strong>
          <span>{show.title}</span>
          {when && <span>{formatDate(when, lang.value)}</span>}
        </p>
      </div>
    </header>
  );
}

function Controls({ model, state, store, onSheet }: Omit<Props, "chatView" | "onScreen">) {
  const { media, chapters } = store;
  const text = replayTexts.value;
  const secs = media.secs.value;
  const isPlaying = media.isPlaying.value;
  // A moment after its start a chapter counts as begun, so that "previous" leads to its start.
  const previous = chapters.value.filter((chapter) => chapter.secs < secs - 3).at(-1);
  const next = chapters.value.find((chapter) => chapter.secs > secs + 0.5);
  const share = async () => {
    const url = new URL(showUrl(state.show.slug));
    url.searchParams.set("t", String(Math.floor(secs)));
    const result = await shareShow(state.show.title, url.href);
    if (result !== "shared") model.notify(result === "copied" ? text.copied : url.href);
  };
  return (
    <div class="replay-controls">
      <Scrubber store={store} />
      <div class="replay-buttons">
        <button
          type="button"
          class="icon-button glass"
          aria-label={text.previous}
          disabled={!previous && secs < 1}
          onClick={() => media.seek(previous?.secs ?? 0)}
        >
          <span class="is-back">
            <Icon name="chevron" />
          </span>
        </button>
        <button
          type="button"
          class="icon-button glass replay-play"
          aria-label={isPlaying ? text.pause : text.play}
          onClick={media.toggle}
        >
          {isPlaying ? <PauseIcon /> : <Icon name="play" isFilled />}
        </button>
        <button
          type="button"
          class="icon-button glass"
          aria-label={text.next}
          disabled={!next}
          onClick={() => next && media.seek(next.secs)}
        >
          <Icon name="chevron" />
        </button>
        <span class="top-space" />
        {!isWide.value && (
          <button
            type="button"
            class="icon-button glass products-button"
            aria-label={text.momentsOf(state.show.lineup.length)}
            onClick={() => onSheet("moments")}
          >
            <Icon name="tag" />
          </button>
        )}
        <button
          type="button"
          class="icon-button glass"
          aria-label={text.share}
          onClick={() => void share()}
        >
          <Icon name="share" />
        </button>
      </div>
    </div>
  );
}

function PauseIcon() {
  return (
    <svg
      class="icon"
      viewBox="0 0 24 24"
      width="24"
      height="24"
      fill="currentColor"
      aria-hidden="true"
    >
      <path d="M7 5h3.5v14H7zM13.5 5H17v14h-3.5z" />
    </svg>
  );
}
