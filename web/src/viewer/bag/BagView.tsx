/** What is in the bag, line by line, and what changed since it was put in. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../../ui/Icon";
import { ShipTo } from "../delivery/ShipTo";
import { BagLineRow } from "./BagLineRow";
import type { BagProps } from "./BagSheet";
import { bagTexts } from "./texts";

export function BagView({ bag, cart, delivery, checkout }: BagProps) {
  const text = bagTexts.value;
  const box = useRef<HTMLDivElement>(null);
  const [removed, setRemoved] = useState<number | null>(null);
  const { lines, subtotal } = bag.bag.value;
  const gone = bag.gone.value;
  // The button that was pressed is gone with its line: the next one takes the focus.
  useEffect(() => {
    if (removed === null) return;
    const rest = box.current?.querySelectorAll<HTMLElement>(".bag-remove") ?? [];
    (rest[Math.min(removed, rest.length - 1)] ?? box.current)?.focus();
    setRemoved(null);
  }, [removed]);
  const remove = (variantId: string, at: number) => {
    bag.remove(variantId);
    setRemoved(at);
  };
  return (
    <div ref={box} class="bag" tabIndex={-1}>
      {gone.length > 0 && (
        <div class="note bag-gone" role="status">
          <p>{text.gone(gone.length, gone.join("; "))}</p>
          <button type="button" class="button is-small" onClick={bag.readGone}>
            {text.understood}
          </button>
        </div>
      )}
      {lines.length === 0 ? (
        <div class="bag-none">
          <Icon name="bag" />
          <p>{text.emptyTitle}</p>
          <p class="hint">{text.emptyText}</p>
        </div>
      ) : (
        <ul class="bag-lines">
          {lines.map((line, at) => (
            <BagLineRow
              key={line.variant.id}
              line={line}
              onUnits={(units) => {
                bag.setUnits(line.variant.id, units);
                checkout.clearProblem();
              }}
              onRemove={() => remove(line.variant.id, at)}
            />
          ))}
        </ul>
      )}
      {subtotal && !cart && (
        <div class="bag-delivery">
          <ShipTo delivery={delivery} subtotal={subtotal} />
        </div>
      )}
    </div>
  );
}
