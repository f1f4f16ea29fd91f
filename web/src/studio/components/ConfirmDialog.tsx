import { t } from "../texts";
import { Dialog } from "./Dialog";

type Props = {
  isOpen: boolean;
  title: string;
  text: string;
  confirm: string;
  cancel?: string;
  onConfirm: () => void;
  onCancel: () => void;
};

/** Asks before something that cannot be taken back; the harmless answer has the focus. */
export function ConfirmDialog({
  isOpen,
  title,
  text,
  confirm,
  cancel,
  onConfirm,
  onCancel,
}: Props) {
  return (
    <Dialog isOpen={isOpen} title={title} onClose={onCancel}>
      <p class="dialog__text">{text}</p>
      <div class="dialog__actions">
        {/* biome-ignore lint/a11y/noAutofocus: inside a modal dialog the focus has to go somewhere, and here it does no harm. */}
        <button type="button" class="button" autoFocus onClick={onCancel}>
          {cancel ?? t().common.cancel}
        </button>
        <button type="button" class="button is-danger" onClick={onConfirm}>
          {confirm}
        </button>
      </div>
    </Dialog>
  );
}
