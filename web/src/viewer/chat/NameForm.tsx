/** Asks for a name before the first message. */
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { ApiProblem } from "../../lib/problem";
import { Icon } from "../../ui/Icon";
import { common, problemText } from "../../ui/lang";
import { NAME_CHARS_MAX } from "../store/chat";
import { texts } from "../texts";

type Props = {
  problem: ApiProblem | null;
  onName: (name: string) => Promise<void>;
  onCancel: () => void;
};

export function NameForm({ problem, onName, onCancel }: Props) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [name, setName] = useState("");
  const [isBusy, setBusy] = useState(false);
  const text = texts.value;
  useEffect(() => input.current?.focus(), []);
  const submit = async () => {
    if (name.trim() === "" || isBusy) return;
    setBusy(true);
    await onName(name.trim());
    setBusy(false);
    input.current?.focus();
  };
  return (
    <form
      class="name-form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      onKeyDown={(event) => event.key === "Escape" && onCancel()}
    >
      <div class="name-head">
        <label for={id}>{text.nameTitle}</label>
        <button
          type="button"
          class="icon-button"
          aria-label={common.value.cancel}
          onClick={onCancel}
        >
          <Icon name="close" />
        </button>
      </div>
      <div class="name-row">
        <input
          ref={input}
          id={id}
          class="input"
          value={name}
          maxLength={NAME_CHARS_MAX}
          placeholder={text.nameLabel}
          autoComplete="nickname"
          aria-invalid={problem !== null}
          aria-describedby={`${id}-hint`}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <button type="submit" class="button is-primary" disabled={name.trim() === "" || isBusy}>
          {text.nameJoin}
        </button>
      </div>
      <p
        id={`${id}-hint`}
        class={problem ? "error-text" : "hint"}
        role={problem ? "alert" : undefined}
      >
        {problem ? problemText(problem) : text.nameHint}
      </p>
    </form>
  );
}
