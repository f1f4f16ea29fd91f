/** The video element with what lies over it while it does not simply play. */
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../../ui/Icon";
import { texts } from "../texts";
import type { PlayerStore } from "./store";

type Props = {
  url: string;
  poster: string | null;
  label: string;
  player: PlayerStore;
  onTap: () => void;
};

export function VideoPlayer({ url, poster, label, player, onTap }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => (video.current ? player.attach(video.current, url) : undefined), [player, url]);
  return (
    <>
      {poster && <img class="video-surround" src={poster} alt="" />}
      <video
        ref={video}
        class="video"
        playsInline
        muted
        {...(poster ? { poster } : {})}
        aria-label={label}
        onLoadedMetadata={({ currentTarget: { classList, videoWidth, videoHeight } }) =>
          classList.toggle("is-landscape", videoWidth > videoHeight)
        }
      />
      <button
        type="button"
        class="video-tap"
        tabIndex={-1}
        aria-label={texts.value.toggleChrome}
        onClick={onTap}
      />
      <Cover player={player} />
    </>
  );
}

function Cover({ player }: { player: PlayerStore }) {
  const text = texts.value;
  switch (player.state.value) {
    case "blocked":
      return (
        <button type="button" class="big-play" aria-label={text.play} onClick={player.resume}>
          <Icon name="play" isFilled />
        </button>
      );
    case "failed":
      return (
        <div class="video-note" role="status">
          <Icon name="offline" />
          <strong>{text.cannotPlayTitle}</strong>
          <span>{text.cannotPlayText}</span>
        </div>
      );
    case "loading":
      return (
        <div class="video-wait">
          <span class="spinner" />
          <span class="visually-hidden">{text.connectingVideo}</span>
        </div>
      );
    default:
      return null;
  }
}
