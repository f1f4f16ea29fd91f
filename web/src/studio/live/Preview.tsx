import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Video } from "../../lib/types";
import { t } from "../texts";
import { mutedFrameUrl, type PreviewSource, previewKindOf } from "./source";

type Props = { source: PreviewSource; video: Video };

/** The same picture that viewers get, without its sound. */
export function Preview({ source, video }: Props) {
  const { live } = t();
  const url = video.play_url;
  switch (previewKindOf(video)) {
    case "video":
      return url === null ? null : <Clip source={source} url={url} poster={video.poster_url} />;
    case "frame":
      return url === null ? null : <Frame kind={video.kind} url={url} />;
    case "none":
      return (
        <div class="preview preview--none">
          <strong>{live.noVideo}</strong>
          <span>{live.noVideoText}</span>
        </div>
      );
  }
}

function Clip({
  source,
  url,
  poster,
}: {
  source: PreviewSource;
  url: string;
  poster: string | null;
}) {
  const element = useRef<HTMLVideoElement>(null);
  useEffect(
    () => (element.current === null ? undefined : source.attach(element.current, url)),
    [source, url],
  );
  return (
    <div class="preview">
      <video
        ref={element}
        class="preview__video"
        playsInline
        muted
        poster={poster ?? undefined}
        aria-label={t().live.preview}
      />
    </div>
  );
}

function Frame({ kind, url }: { kind: Video["kind"]; url: string }) {
  const src = useMemo(() => mutedFrameUrl(kind, url), [kind, url]);
  return (
    <div class="preview">
      <iframe
        class="preview__video"
        src={src}
        title={t().live.preview}
        allow="autoplay; encrypted-media"
        referrerpolicy="strict-origin-when-cross-origin"
      />
    </div>
  );
}
