import { useRef, useState } from "preact/hooks";
import { Icon } from "./Icon";

type Props = {
  accept: string;
  isMultiple: boolean;
  text: string;
  button: string;
  dropNow: string;
  hint: string;
  onFiles: (files: File[]) => void;
};

/** A place to drop files on, with a button for everybody who does not drag. */
export function FileDrop({ accept, isMultiple, text, button, dropNow, hint, onFiles }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0) onFiles(isMultiple ? files : files.slice(0, 1));
  };
  const choose = (element: HTMLInputElement) => {
    const files = [...(element.files ?? [])];
    // The same file chosen again has to count as a choice.
    element.value = "";
    if (files.length > 0) onFiles(files);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra; the button inside does the same.
    <div
      class={isOver ? "drop drop--over" : "drop"}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Icon name="upload" />
      <p>
        {isOver ? dropNow : text}{" "}
        {!isOver && (
          <button type="button" class="link" onClick={() => input.current?.click()}>
            {button}
          </button>
        )}
      </p>
      <p class="field__hint">{hint}</p>
      <input
        ref={input}
        type="file"
        hidden
        accept={accept}
        multiple={isMultiple}
        onChange={(event) => choose(event.currentTarget)}
      />
    </div>
  );
}
