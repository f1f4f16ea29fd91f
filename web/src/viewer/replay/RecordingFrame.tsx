/** The recording at YouTube or Vimeo, steered by messages; the address of our page lets YouTube listen. */
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { FrameKind } from "./frame";
import type { Media } from "./media";

type Props = { kind: FrameKind; url: string; label: string; media: Media };

export function RecordingFrame({ kind, url, label, media }: Props) {
  const frame = useRef<HTMLIFrameElement>(null);
  const src = useMemo(() => {
    const address = new URL(url);
    if (kind === "youtube") address.searchParams.set("origin", location.origin);
    return address.href;
  }, [kind, url]);
  useEffect(
    () => (frame.current ? media.attachFrame(frame.current, kind) : undefined),
    [media, kind],
  );
  return (
    <iframe
      ref={frame}
      class="frame-player"
      src={src}
      title={label}
      allow="autoplay; fullscreen; picture-in-picture; encrypted-media"
      referrerpolicy="strict-origin-when-cross-origin"
    />
  );
}
