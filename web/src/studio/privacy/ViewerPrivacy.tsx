import { useEffect, useState } from "preact/hooks";
import type { ViewerErasure } from "../../lib/types";
import { Dialog } from "../components/Dialog";
import { dateTime } from "../texts";
import { tell, tellProblem } from "../toaster";
import * as api from "./api";
import { EraseDialog } from "./EraseDialog";
import { saveJson } from "./saveJson";
import { privacyTexts } from "./texts";

type Props = {
  /** Whose data; null while nobody's are open. */
  viewer: { id: string; name: string } | null;
  onClose: () => void;
};

/** A copy of what is kept of a viewer, and the way to erase it; for owners. */
export function ViewerPrivacy({ viewer, onClose }: Props) {
  const words = privacyTexts.value;
  const [told, setTold] = useState<ViewerErasure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const id = viewer?.id;
  useEffect(() => setTold(null), [id]);
  const perform = async (work: (id: string) => Promise<void>) => {
    if (isBusy || id === undefined) return;
    setBusy(true);
    try {
      await work(id);
    } catch (cause) {
      tellProblem(cause);
    } finally {
      setBusy(false);
    }
  };
  const download = () =>
    perform(async (id) => saveJson(await api.downloadViewer(id), words.file.viewer));
  const look = () => perform(async (id) => setTold(await api.previewViewer(id)));
  const erase = () =>
    perform(async (id) => {
      await api.eraseViewer(id);
      tell(words.erased);
      onClose();
    });
  return (
    <>
      <Dialog
        isOpen={viewer !== null && told === null}
        title={words.viewer(viewer?.name ?? "")}
        onClose={onClose}
      >
        <p class="dialog__text">{words.viewerText}</p>
        <div class="dialog__actions">
          <button type="button" class="button" disabled={isBusy} onClick={() => void download()}>
            {words.download}
          </button>
          <button type="button" class="button" disabled={isBusy} onClick={() => void look()}>
            {words.erase}
          </button>
        </div>
      </Dialog>
      <EraseDialog
        title={words.check}
        isOpen={viewer !== null && told !== null}
        isBusy={isBusy}
        blocked={told?.blocked ?? []}
        onConfirm={() => void erase()}
        onClose={onClose}
      >
        <p class="dialog__text">{words.viewerGoes}</p>
        {told !== null && told.orders > 0 && (
          <p class="dialog__text">{words.ordersStay(told.orders)}</p>
        )}
        {told?.ban_until != null && (
          <p class="dialog__text">{words.banStays(dateTime(told.ban_until))}</p>
        )}
      </EraseDialog>
    </>
  );
}
