import { Empty } from "../../components/Empty";
import { Icon } from "../../components/Icon";
import { emptyZone, ZONES_MAX } from "../../forms/checkout";
import { t } from "../../texts";
import type { CheckoutEditor } from "./store";
import { ZoneCard } from "./ZoneCard";

/** The zones one below the other, or what it means that there are none. */
export function Zones({ editor }: { editor: CheckoutEditor }) {
  const { checkout: words } = t();
  const { zones } = editor.draft.value;
  const add = () => editor.write({ zones: [...zones, emptyZone(words.rateNameFirst)] });
  const button = (isFirst: boolean) => (
    <button type="button" class={isFirst ? "button is-primary" : "button zones__add"} onClick={add}>
      <Icon name="add" />
      {words.addZone}
    </button>
  );
  return (
    <section class="panel">
      <h2 class="panel__title">{words.zones}</h2>
      {zones.length === 0 ? (
        <Empty icon="products" title={words.noZones} text={words.noZonesText}>
          {button(true)}
        </Empty>
      ) : (
        <>
          <p class="panel__text">{words.zonesText}</p>
          <ol class="zones">
            {zones.map((zone, index) => (
              <ZoneCard key={zone.key} editor={editor} zone={zone} index={index} />
            ))}
          </ol>
          {zones.length < ZONES_MAX && button(false)}
        </>
      )}
    </section>
  );
}
