/** Where a question is written, with what it is about; asks for a name before the first one. */
import { useId } from "preact/hooks";
import { QUESTION_CHARS_MAX } from "../../lib/questions";
import { isOpen } from "../../lib/reduce";
import { formatTime } from "../../lib/time";
import type { ShowView, You } from "../../lib/types";
import { common, lang } from "../../ui/lang";
import type { ShowModel } from "../show/model";
import { NAME_CHARS_MAX } from "../store/chat";
import type { QuestionStore } from "./store";
import { questionTexts } from "./texts";

/** From here on the limit is worth mentioning. */
const CHARS_LEFT_SHOWN = 40;

type Props = { model: ShowModel; show: ShowView; questions: QuestionStore };

export function AskForm({ model, show, questions }: Props) {
  const id = useId();
  const text = questionTexts.value;
  const you = model.show.you.value;
  const obstacle = obstacleOf(show, you);
  if (obstacle !== null) return <p class="hint ask-shut">{obstacle}</p>;
  const draft = questions.draft.value;
  const name = questions.name.value;
  const left = QUESTION_CHARS_MAX - draft.length;
  const isNamed = Boolean(you?.name);
  const canAsk = draft.trim() !== "" && (isNamed || name.trim() !== "") && !questions.isBusy.value;
  return (
    <form
      class="ask"
      onSubmit={(event) => {
        event.preventDefault();
        if (canAsk) void questions.ask();
      }}
    >
      {show.lineup.length > 0 && (
        <div class="ask-about">
          <label for={`${id}-about`}>{text.about}</label>
          <select
            id={`${id}-about`}
            class="input"
            value={questions.productId.value ?? ""}
            onChange={(event) => questions.setProduct(event.currentTarget.value || null)}
          >
            <option value="">{text.aboutShow}</option>
            {show.lineup.map((product) => (
              <option key={product.id} value={product.id}>
                {product.title}
              </option>
            ))}
          </select>
        </div>
      )}
      <label class="visually-hidden" for={`${id}-text`}>
        {text.askLabel}
      </label>
      <textarea
        id={`${id}-text`}
        class="input ask-text"
        rows={2}
        maxLength={QUESTION_CHARS_MAX}
        placeholder={text.placeholder}
        value={draft}
        enterkeyhint="send"
        onInput={(event) => questions.setDraft(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          event.currentTarget.form?.requestSubmit();
        }}
      />
      {left <= CHARS_LEFT_SHOWN && (
        <p class="hint" role="status">
          {text.charsLeft(left)}
        </p>
      )}
      <div class="ask-row">
        {!isNamed && (
          <input
            class="input"
            aria-label={text.nameLabel}
            placeholder={text.nameLabel}
            title={text.nameHint}
            autoComplete="nickname"
            maxLength={NAME_CHARS_MAX}
            value={name}
            onInput={(event) => questions.setName(event.currentTarget.value)}
          />
        )}
        <button type="submit" class="button is-primary" disabled={!canAsk}>
          {questions.isBusy.value ? text.asking : text.send}
        </button>
      </div>
    </form>
  );
}

/** Why this person cannot ask now; null when they can. */
function obstacleOf(show: ShowView, you: You | null): string | null {
  const text = questionTexts.value;
  if (!isOpen(show.status)) return text.notOpen;
  if (!show.takes_questions) return text.closed;
  const until = you?.muted_until;
  if (until && Date.parse(until) > Date.now()) {
    return text.mutedUntil(formatTime(until, lang.value));
  }
  if (you === null) return common.value.loading;
  // Members answer in the studio.
  return you.role === "viewer" ? null : text.notOpen;
}
