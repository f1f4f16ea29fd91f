import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../texts";

type Props = { panes: RefObject<HTMLDivElement | null> };

/** Names the panes that a phone swipes through, and jumps to them; hidden on a wide screen. */
export function PaneTabs({ panes }: Props) {
  const { live } = t();
  const [current, setCurrent] = useState(0);
  const names = [live.paneProducts, live.paneChat, live.paneSales];
  useEffect(() => {
    const element = panes.current;
    if (element === null) return;
    const scrolled = () =>
      setCurrent(Math.round(element.scrollLeft / Math.max(element.clientWidth, 1)));
    element.addEventListener("scroll", scrolled, { passive: true });
    return () => element.removeEventListener("scroll", scrolled);
  }, [panes]);
  const show = (index: number) => {
    const element = panes.current;
    if (element !== null) element.scrollTo({ left: index * element.clientWidth });
  };
  return (
    <nav class="pane-tabs" aria-label={live.panes}>
      {names.map((name, index) => (
        <button
          key={name}
          type="button"
          aria-current={index === current}
          onClick={() => show(index)}
        >
          {name}
        </button>
      ))}
    </nav>
  );
}
