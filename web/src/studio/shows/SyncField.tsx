import { syncEn } from "../../i18n/sync.en";
import { syncIt } from "../../i18n/sync.it";
import { formatCount } from "../../lib/i18n";
import { dictionary, lang } from "../../ui/lang";
import { Field } from "../components/Field";
import { errorAt, type FieldErrors } from "../forms/errors";
import type { ShowDraft } from "../forms/show";
import { syncRangeOf } from "../forms/sync";

const words = dictionary({ en: syncEn, it: syncIt });

type Props = {
  draft: ShowDraft;
  errors: FieldErrors;
  onWrite: (part: Partial<ShowDraft>) => void;
};

/** How much later than the picture says what is on screen appears. */
export function SyncField({ draft, errors, onWrite }: Props) {
  const range = syncRangeOf(draft.videoKind);
  if (range === null) return null;
  const text = words.value;
  const hints = { hls: text.hlsHint, frame: text.frameHint, none: text.noneHint };
  const secs = draft.laterMs / 1000;
  const written = formatCount(Math.abs(secs), lang.value);
  const still = range.of === "hls" ? text.inStep : text.atOnce;
  const value = secs > 0 ? text.later(written) : secs < 0 ? text.earlier(written) : still;
  return (
    <Field label={text.label} hint={hints[range.of]} error={errorAt(errors, "/sync_offset_ms")}>
      {(ids) => (
        <div class="sync-field">
          <input
            {...ids}
            type="range"
            class="slider"
            min={range.min}
            max={range.max}
            step={0.5}
            value={secs}
            aria-valuetext={value}
            onInput={({ currentTarget }) =>
              onWrite({ laterMs: Math.round(currentTarget.valueAsNumber * 1000) })
            }
          />
          <output for={ids.id} class="sync-field__value numeric">
            {value}
          </output>
        </div>
      )}
    </Field>
  );
}
