import type { Video } from "../../lib/types";
import { t } from "../texts";
import { type PreviewSource, previewKindOf, type SourceState } from "./source";

/** Whether the picture arrives here; a light with its word, because colour alone tells too little. */
export function SourceSignal({ source, video }: { source: PreviewSource; video: Video }) {
  const words = t().source;
  const state = stateFor(source, video);
  return (
    <p class={`signal signal--${state}`}>
      <span class="signal__light" aria-hidden="true" />
      <span class="visually-hidden">{words.label}: </span>
      {words[state]}
    </p>
  );
}

function stateFor(source: PreviewSource, video: Video): SourceState {
  switch (previewKindOf(video)) {
    case "video":
      return source.state.value;
    case "frame":
      return "external";
    case "none":
      return "none";
  }
}
