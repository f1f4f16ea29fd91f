import { useRef, useState } from "preact/hooks";
import type { ChatRow } from "../../lib/reduce";
import type { ShowView } from "../../lib/types";
import { OfferDialog } from "../offers/OfferDialog";
import type { Live } from "../pages/LivePage";
import { ChatPane } from "./ChatPane";
import { ConnectionBar } from "./ConnectionBar";
import { FixedBar } from "./FixedBar";
import { KeysDialog } from "./KeysDialog";
import { LineupPane } from "./LineupPane";
import { LiveBar } from "./LiveBar";
import { PaneTabs } from "./PaneTabs";
import { SalesPane } from "./SalesPane";
import { Stage } from "./Stage";
import { useKeys } from "./useKeys";

type Props = { live: Live; show: ShowView; chat: readonly ChatRow[] };

/** One screen: lineup, stage, chat and sales side by side, or as panes to swipe on a phone. */
export function LiveScreen({ live, show, chat }: Props) {
  const [isHelpOpen, setHelpOpen] = useState(false);
  const panes = useRef<HTMLDivElement>(null);
  const keys = useKeys(live, () => setHelpOpen(true));
  return (
    <div class="live">
      <LiveBar live={live} show={show} onHelp={() => setHelpOpen(true)} />
      <ConnectionBar store={live.store} />
      <Stage live={live} show={show} />
      <PaneTabs panes={panes} />
      <div class="live__panes" ref={panes}>
        <LineupPane live={live} show={show} />
        <ChatPane live={live} show={show} chat={chat} />
        <SalesPane store={live.store} show={show} />
      </div>
      <FixedBar host={live.host} show={show} />
      <OfferDialog
        showId={show.id}
        product={show.lineup.find(({ id }) => id === live.host.offerFor.value) ?? null}
        onClose={() => {
          live.host.offerFor.value = null;
        }}
      />
      <KeysDialog isOpen={isHelpOpen} keys={keys} onClose={() => setHelpOpen(false)} />
    </div>
  );
}
