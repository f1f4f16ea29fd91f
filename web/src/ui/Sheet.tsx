/**
 * A panel over the page: from below on a phone, from the side on a wide screen.
 *
 * A native dialog: Escape closes it, focus stays inside and returns to where it came from.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Icon } from "./Icon";
import { common } from "./lang";

type Props = {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  /** Hides the heading from eyes where the content brings its own. */
  isTitleHidden?: boolean;
  footer?: ComponentChildren;
  children: ComponentChildren;
};

export function Sheet({ title, isOpen, onClose, isTitleHidden = false, footer, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    if (isOpen && !dialog.current?.open) dialog.current?.showModal();
    if (!isOpen && dialog.current?.open) dialog.current.close();
  }, [isOpen]);
  const closed = () => {
    rescueFocus(dialog.current);
    // The event also comes after the page itself closed the sheet; then nobody has to be told.
    if (isOpen) onClose();
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside the sheet closes it; the key for that is Escape.
    <dialog
      ref={dialog}
      class="sheet"
      aria-labelledby={titleId}
      onClose={closed}
      onClick={(click) => click.target === dialog.current && dialog.current?.close()}
    >
      {isOpen && (
        <div class="sheet-panel">
          <header class={isTitleHidden ? "sheet-head is-bare" : "sheet-head"}>
            <h2
              id={titleId}
              class={isTitleHidden ? "visually-hidden" : "sheet-title"}
              tabIndex={-1}
            >
              {title}
            </h2>
            <button
              type="button"
              class="icon-button"
              aria-label={common.value.close}
              onClick={() => dialog.current?.close()}
            >
              <Icon name="close" />
            </button>
          </header>
          <div class="sheet-body">{children}</div>
          {footer && <footer class="sheet-foot">{footer}</footer>}
        </div>
      )}
    </dialog>
  );
}

/** When what opened the sheet is gone, focus goes to the page's `data-focus-home` instead of nowhere. */
function rescueFocus(sheet: HTMLElement | null): void {
  const active = document.activeElement;
  // What has the focus inside a closed sheet loses it with the next frame.
  if (active !== document.body && !sheet?.contains(active)) return;
  document.querySelector<HTMLElement>("[data-focus-home]")?.focus();
}
