import { useEffect, useState } from "preact/hooks";
import type { BuyerErasure, BuyerScope, Order } from "../../lib/types";
import { SelectField } from "../components/SelectField";
import { may } from "../session";
import { dateTime, list } from "../texts";
import { tell, tellProblem } from "../toaster";
import * as api from "./api";
import { EraseDialog } from "./EraseDialog";
import { saveJson } from "./saveJson";
import { privacyTexts } from "./texts";

type Props = { order: Order; onErased: () => void };

/** A copy of what is kept of the buyer, and the way to erase it; for owners. */
export function OrderPrivacy({ order, onErased }: Props) {
  const words = privacyTexts.value;
  const [of, setOf] = useState<BuyerScope>("order");
  const [told, setTold] = useState<BuyerErasure | null>(null);
  const [isOpen, setOpen] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const isOwner = may("settings");
  useEffect(() => {
    if (!isOwner) return;
    // Whether it was done before; a failure is told once somebody asks for more.
    api.previewBuyer(order.id, "order").then(setTold, () => undefined);
  }, [order.id, isOwner]);
  if (!isOwner) return null;
  const perform = async (work: () => Promise<void>) => {
    if (isBusy) return;
    setBusy(true);
    try {
      await work();
    } catch (cause) {
      tellProblem(cause);
    } finally {
      setBusy(false);
    }
  };
  const look = () =>
    perform(async () => {
      setTold(await api.previewBuyer(order.id, of));
      setOpen(true);
    });
  const download = () =>
    perform(async () => saveJson(await api.downloadBuyer(order.id, of), words.file.buyer));
  const erase = () =>
    perform(async () => {
      setTold(await api.eraseBuyer(order.id, of));
      setOpen(false);
      tell(words.erased);
      onErased();
    });
  const own = told?.orders.find(({ id }) => id === order.id);
  const hasAddress = order.buyer?.email != null;
  return (
    <section class="panel form" aria-labelledby="privacy-title">
      <h2 id="privacy-title" class="panel__title">
        {words.buyer}
      </h2>
      <p class="panel__text">
        {own?.erased_at ? words.erasedAt(dateTime(own.erased_at)) : words.buyerText}
      </p>
      {hasAddress && (
        <SelectField
          label={words.scope}
          value={of}
          options={(["order", "buyer"] as const).map((value) => ({
            value,
            label: words.scopes[value],
          }))}
          onChange={setOf}
        />
      )}
      <p class="panel__links">
        <button type="button" class="button" disabled={isBusy} onClick={() => void download()}>
          {words.download}
        </button>
        {!own?.erased_at && (
          <button type="button" class="button" disabled={isBusy} onClick={() => void look()}>
            {words.erase}
          </button>
        )}
      </p>
      <EraseDialog
        title={words.check}
        isOpen={isOpen}
        isBusy={isBusy}
        blocked={told?.blocked ?? []}
        onConfirm={() => void erase()}
        onClose={() => setOpen(false)}
      >
        <p class="dialog__text">{words.buyerGoes}</p>
        {told !== null && <Staying told={told} />}
        <p class="dialog__text">{words.providerStays}</p>
      </EraseDialog>
    </section>
  );
}

/** Which orders the books keep, and until when. */
function Staying({ told }: { told: BuyerErasure }) {
  const words = privacyTexts.value;
  const years = new Map<number, string[]>();
  for (const { number, kept_until_year } of told.orders) {
    if (kept_until_year === null) continue;
    years.set(kept_until_year, [...(years.get(kept_until_year) ?? []), number]);
  }
  return (
    <>
      {[...years].map(([year, numbers]) => (
        <p key={year} class="dialog__text">
          {words.buyerStays(list(numbers), String(year))}
        </p>
      ))}
    </>
  );
}
