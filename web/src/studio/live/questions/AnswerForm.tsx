import { useEffect, useId, useRef } from "preact/hooks";
import { ANSWER_CHARS_MAX } from "../../../lib/questions";
import type { Question } from "../../../lib/types";
import type { Desk } from "./desk";
import { words } from "./texts";

type Props = { question: Question; desk: Desk };

/** Where the answer is written, and whom it is for; Enter tells everybody, Escape gives it back. */
export function AnswerForm({ question, desk }: Props) {
  const text = words();
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const draft = desk.draft(question.id);
  const isReady = draft.trim() !== "" && !desk.isBusy.value;
  const isSelected = desk.selectedId.value === question.id;
  // Whoever has just begun to answer writes at once; after a reload nobody's focus is taken.
  useEffect(() => {
    if (isSelected) field.current?.focus();
  }, [isSelected]);
  return (
    <form
      class="answer-form"
      onSubmit={(event) => {
        event.preventDefault();
        void desk.answer(question, "all");
      }}
    >
      <label class="visually-hidden" for={id}>
        {text.text}
      </label>
      <textarea
        id={id}
        ref={field}
        class="input"
        rows={2}
        maxLength={ANSWER_CHARS_MAX}
        placeholder={text.text}
        value={draft}
        onInput={(event) => desk.setDraft(question.id, event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.isComposing) return;
          if (event.key === "Escape") void desk.giveBack(question);
          if (event.key !== "Enter" || event.shiftKey) return;
          event.preventDefault();
          event.currentTarget.form?.requestSubmit();
        }}
      />
      <div class="answer-form__actions">
        <button type="submit" class="button is-small is-primary" disabled={!isReady}>
          {text.toAll}
        </button>
        <button
          type="button"
          class="button is-small"
          disabled={!isReady}
          onClick={() => void desk.answer(question, "one")}
        >
          {text.toOne(question.author.name)}
        </button>
        <button
          type="button"
          class="button is-small"
          disabled={desk.isBusy.value}
          onClick={() => void desk.answer(question, "aloud")}
        >
          {text.aloud}
        </button>
        <button
          type="button"
          class="button is-small is-quiet"
          disabled={desk.isBusy.value}
          onClick={() => void desk.giveBack(question)}
        >
          {text.giveBack}
        </button>
      </div>
    </form>
  );
}
