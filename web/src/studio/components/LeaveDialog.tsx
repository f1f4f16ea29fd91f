import { cancelLeave, confirmLeave, pendingPath } from "../navigation";
import { t } from "../texts";
import { ConfirmDialog } from "./ConfirmDialog";

/** Asks before unsaved work is left behind. */
export function LeaveDialog() {
  const { leave } = t();
  return (
    <ConfirmDialog
      isOpen={pendingPath.value !== null}
      title={leave.title}
      text={leave.text}
      confirm={leave.go}
      cancel={leave.stay}
      onConfirm={confirmLeave}
      onCancel={cancelLeave}
    />
  );
}
