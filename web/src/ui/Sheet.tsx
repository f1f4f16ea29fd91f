/**
 * A panel over the page: from below on a phone, from the side on a wide screen.
 *
 * A native dialog: Escape closes it, focus stays inside and returns to where it came from.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
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
    isTall = false,
    footer,
    children,
  } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const titleId = useId();
  // Before any effect of what is around it: a focus that is set in a closed dialog is lost, and
  // opening it would move the focus away again.
  useLayoutEffect(() => {
    if (isOpen && !dialog.current?.open) {
      if (isBeside) dialog.current?.show();
      else dialog.current?.showModal();
    }
    if (!isOpen && dialog.current?.open) dialog.current.close();
  }, [isOpen, isBeside]);
  useEffect(() => {
    if (!isOpen || !isBeside) return;
    // The browser itself closes only what keeps everything else out of use.
    const press = ({ key }: KeyboardEvent) => key === "Escape" && dialog.current?.close();
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [isOpen, isBeside]);
  useEffect(() => {
    // What filled the sheet may have gone, and the focus with it.
    const isLost = document.activeElement === document.body;
    if (isOpen && isBeside && !isTall && isLost) heading.current?.focus();
  }, [isOpen, isBeside, isTall]);
  const closed = () => {
    rescueFocus(dialog.current);
    // The event also comes after the page itself closed the sheet; then nobody has to be told.
    if (isOpen) onClose();
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside the sheet closes it; the key for that is Escape.
    <dialog
      ref={dialog}
      class={classOf(props)}
      aria-labelledby={titleId}
      onClose={closed}
      onClick={(click) => click.target === dialog.current && dialog.current?.close()}
    >
      {isOpen && (
        <div class="sheet-panel">
          <header class={isTitleHidden ? "sheet-head is-bare" : "sheet-head"}>
            <h2
              ref={heading}
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
function rescueFocus(closed: HTMLElement | null): void {
  const focused = document.activeElement;
  // Until the next frame, the browser leaves the focus in a sheet that nobody sees any more.
  if (focused !== document.body && !closed?.contains(focused)) return;
  document.querySelector<HTMLElement>("[data-focus-home]")?.focus();
}
