import type { VideoKind } from "../../lib/types";
import { Field } from "../components/Field";
import { Input } from "../components/Input";
import { errorAt, type FieldErrors } from "../forms/errors";
import type { ShowDraft } from "../forms/show";
import { needsUrl, VIDEO_EXAMPLES, VIDEO_KINDS } from "../forms/video";
import { t } from "../texts";
import { SyncField } from "./SyncField";

type Props = {
  draft: ShowDraft;
  errors: FieldErrors;
  onWrite: (part: Partial<ShowDraft>) => void;
};

/** Where the picture comes from: the kind as a row of choices, the address when one is needed. */
export function VideoFields({ draft, errors, onWrite }: Props) {
  const { showForm, video } = t();
  const hints: Record<VideoKind, string> = {
    demo: video.demoHint,
    hls: video.hlsHint,
    youtube: video.youtubeHint,
    vimeo: video.vimeoHint,
    twitch: video.twitchHint,
    none: video.noneHint,
  };
  return (
    <fieldset class="video-fields">
      <legend class="field__label">{showForm.video}</legend>
      <div class="choices">
        {VIDEO_KINDS.map((kind) => (
          <label key={kind} class="choice">
            <input
              type="radio"
              name="video-kind"
              checked={draft.videoKind === kind}
              onChange={() => onWrite({ videoKind: kind, laterMs: 0 })}
            />
            <span>{video[kind]}</span>
          </label>
        ))}
      </div>
      {needsUrl(draft.videoKind) ? (
        <Field label={showForm.url} hint={hints[draft.videoKind]} error={errorAt(errors, "/video")}>
          {(ids) => (
            <Input
              {...ids}
              type="url"
              inputMode="url"
              autoComplete="off"
              placeholder={VIDEO_EXAMPLES[draft.videoKind]}
              value={draft.videoUrl}
              onChange={(videoUrl) => onWrite({ videoUrl })}
            />
          )}
        </Field>
      ) : (
        <p class="field__hint">{hints[draft.videoKind]}</p>
      )}
      <SyncField draft={draft} errors={errors} onWrite={onWrite} />
    </fieldset>
  );
}
