/** The picture of the show, whatever its source. */
import type { Video } from "../../lib/types";
import { texts } from "../texts";
import { FramePlayer } from "./FramePlayer";
import type { PlayerStore } from "./store";
import { VideoPlayer } from "./VideoPlayer";

type Props = { video: Video; title: string; player: PlayerStore; onTap: () => void };

export function Player({ video, title, player, onTap }: Props) {
  const label = texts.value.videoOf(title);
  const url = video.play_url;
  switch (video.kind) {
    case "demo":
    case "hls":
      if (!url) return <Backdrop poster={video.poster_url} />;
      return (
        <VideoPlayer
          url={url}
          poster={video.poster_url}
          label={label}
          player={player}
          onTap={onTap}
        />
      );
    case "youtube":
    case "vimeo":
    case "twitch":
      if (!url) return <Backdrop poster={video.poster_url} />;
      return <FramePlayer kind={video.kind} url={url} label={label} />;
    default:
      return <Backdrop poster={video.poster_url} />;
  }
}

/** What stands where no picture is. */
export function Backdrop({ poster }: { poster: string | null }) {
  return <div class="backdrop">{poster && <img class="backdrop-image" src={poster} alt="" />}</div>;
}
