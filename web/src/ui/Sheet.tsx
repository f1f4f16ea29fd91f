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
  /** Leaves the page beside it in use: what goes on there can be seen and touched. */
  isBeside?: boolean;
  /** Takes the whole height that it may have, whatever is in it. */
  isTall?: boolean;
  footer?: ComponentChildren;
  children: ComponentChildren;
};

export function Sheet(props: Props) {
  const {
    title,
    isOpen,
    onClose,
    isTitleHidden = false,
    isBeside = false,
    footer,
    children,
  } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    if (isOpen && !dialog.current?.open) {
      if (isBeside) dialog.current?.show();
      else dialog.current?.showModal();
    }
    if (!isOpen && dialog.current?.open) dialog.current.close();
  }, [isOpen, isBeside]);
  const closed = () => {
    rescueFocus(dialog.current);
    // The event also comes after the page itself closed the sheet; then nobody has to be told.
    if (isOpen) onClose();
  };
  return (
    <dialog
      ref={dialog}
      class={classOf(props)}
      aria-labelledby={titleId}
      onClose={closed}
      onClick={(click) => click.target === dialog.current && dialog.current?.close()}
      // The browser itself closes only what keeps everything else out of use.
      onKeyDown={(press) => isBeside && press.key === "Escape" && dialog.current?.close()}
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

function classOf({ isBeside, isTall }: Props): string {
  return `sheet${isBeside ? " is-beside" : ""}${isTall ? " is-tall" : ""}`;
}

/** When what opened the sheet is gone, focus goes to the page's `data-focus-home` instead of nowhere. */
function rescueFocus(sheet: HTMLElement | null): void {
  const active = document.activeElement;
  // What has the focus inside a closed sheet loses it with the next frame.
  if (active !== document.body && !sheet?.contains(active)) return;
  document.querySelector<HTMLElement>("[data-focus-home]")?.focus();
}
