import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../texts";
import { Icon } from "./Icon";

type Props = {
  isOpen: boolean;
  title: string;
  onClose: () => void;
  children: ComponentChildren;
};

/** A modal dialog; the browser keeps the focus inside and gives it back afterwards. */
export function Dialog({ isOpen, title, onClose, children }: Props) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  // The close event comes later; one that answers our own closing must not close what opened since.
  const isOurs = useRef(false);
  // Before any effect of what is around it, which may put the focus into the open dialog.
  useLayoutEffect(() => {
    const dialog = element.current;
    if (dialog === null) return;
    if (isOpen && !dialog.open) dialog.showModal();
    if (!isOpen && dialog.open) {
      isOurs.current = true;
      dialog.close();
    }
  }, [isOpen]);
  const closed = () => {
    if (!isOurs.current) onClose();
    isOurs.current = false;
  };
  return (
    <dialog
      ref={element}
      class="dialog"
      aria-labelledby={titleId}
      onClose={closed}
      onClick={(event) => event.target === element.current && element.current?.close()}
      onKeyDown={(event) => event.stopPropagation()}
    >
      {isOpen && (
        <div class="dialog__body">
          <header class="dialog__head">
            <h2 id={titleId}>{title}</h2>
            <button
              type="button"
              class="icon-button"
              aria-label={t().common.close}
              onClick={() => element.current?.close()}
            >
              <Icon name="close" />
            </button>
          </header>
          {children}
        </div>
      )}
    </dialog>
  );
}
