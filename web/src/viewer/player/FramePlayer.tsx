/** A provider's own player; its controls, sound included, are inside the frame. */
import { useMemo } from "preact/hooks";

type Props = { kind: "youtube" | "vimeo" | "twitch"; url: string; label: string };

export function FramePlayer({ kind, url, label }: Props) {
  const src = useMemo(() => frameUrl(kind, url, location.hostname), [kind, url]);
  return (
    <iframe
      class="frame-player"
      src={src}
      title={label}
      allow="autoplay; fullscreen; picture-in-picture; encrypted-media"
      referrerpolicy="strict-origin-when-cross-origin"
    />
  );
}

/** Twitch plays only where it is told the name of the page around it. */
export function frameUrl(kind: Props["kind"], url: string, host: string): string {
  if (kind !== "twitch" || url.includes("parent=")) return url;
  return `${url}${url.includes("?") ? "&" : "?"}parent=${encodeURIComponent(host)}`;
}
