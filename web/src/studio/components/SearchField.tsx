import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Icon } from "./Icon";

type Props = {
  label: string;
  placeholder: string;
  value: string;
  onSearch: (text: string) => void;
  id?: string;
};

/** A pause in typing this long starts the search; shorter would ask the server per letter. */
const PAUSE_MS = 250;

/** A search that starts by itself when typing pauses. */
export function SearchField({ label, placeholder, value, onSearch, id }: Props) {
  const ownId = useId();
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => setText(value), [value]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const write = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onSearch(next.trim()), PAUSE_MS);
  };
  return (
    <div class="search">
      <Icon name="search" />
      <label class="visually-hidden" for={id ?? ownId}>
        {label}
      </label>
      <input
        id={id ?? ownId}
        class="input"
        type="search"
        value={text}
        placeholder={placeholder}
        autoComplete="off"
        onInput={(event) => write(event.currentTarget.value)}
      />
    </div>
  );
}
