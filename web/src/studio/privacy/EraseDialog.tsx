import type { ComponentChildren } from "preact";
import type { BlockedOrder } from "../../lib/types";
import { Dialog } from "../components/Dialog";
import { t } from "../texts";
import { blockedText, privacyTexts } from "./texts";

type Props = {
  title: string;
  isOpen: boolean;
  isBusy: boolean;
  blocked: readonly BlockedOrder[];
  onConfirm: () => void;
  onClose: () => void;
  /** What goes and what stays. */
  children: ComponentChildren;
};

/** The second step: what goes and what stays, or what has to end first. */
export function EraseDialog(props: Props) {
  const { title, isOpen, isBusy, blocked, onConfirm, onClose, children } = props;
  const words = privacyTexts.value;
  const isFree = blocked.length === 0;
  return (
    <Dialog isOpen={isOpen} title={title} onClose={onClose}>
      {isFree ? (
        <>
          {children}
          <p class="dialog__text">{words.cannotUndo}</p>
        </>
      ) : (
        <>
          <p class="dialog__text">{words.blockedTitle}</p>
          <ul class="dialog__text">
            {blocked.map((order) => (
              <li key={order.number}>{blockedText(order)}</li>
            ))}
          </ul>
        </>
      )}
      <div class="dialog__actions">
        {/* biome-ignore lint/a11y/noAutofocus: inside a modal dialog the focus has to go somewhere, and here it does no harm. */}
        <button type="button" class="button" autoFocus onClick={onClose}>
          {t().common.cancel}
        </button>
        {isFree && (
          <button type="button" class="button is-danger" disabled={isBusy} onClick={onConfirm}>
            {words.confirm}
          </button>
        )}
      </div>
    </Dialog>
  );
}
