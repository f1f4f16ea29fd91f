import { useEffect, useMemo } from "preact/hooks";
import type { Me } from "../../lib/types";
import { Failed } from "../components/Failed";
import { Loading } from "../components/Loading";
import { Host } from "../live/host";
import { HostChat } from "../live/hostChat";
import { LiveScreen } from "../live/LiveScreen";
import { Desk } from "../live/questions/desk";
import { PreviewSource } from "../live/source";
import { LiveStore } from "../live/store";

/** Everything the live screen is wired to; made once per show. */
export type Live = {
  store: LiveStore;
  host: Host;
  chat: HostChat;
  desk: Desk;
  source: PreviewSource;
  me: Me;
};

/** The control room of one show. */
export function LivePage({ id, me }: { id: string; me: Me }) {
  const live = useMemo<Live>(() => {
    const store = new LiveStore(id);
    const host = new Host(store);
    return {
      store,
      host,
      chat: new HostChat(store, (messageId) => host.pinMessage(messageId)),
      desk: new Desk(store),
      source: new PreviewSource(),
      me,
    };
  }, [id, me]);
  const { store } = live;
  useEffect(() => {
    void store.start();
    return () => store.stop();
  }, [store]);
  const state = store.state.value;
  const problem = store.problem.value;
  if (state !== null) return <LiveScreen live={live} show={state.show} chat={state.chat} />;
  return (
    <div class="page">
      {problem === null ? (
        <Loading rows={8} />
      ) : (
        <Failed problem={problem} onRetry={() => store.start()} />
      )}
    </div>
  );
}
