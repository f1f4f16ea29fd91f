import { useEffect, useMemo, useState } from "preact/hooks";
import type { MadeOverlayKey, OverlayKey } from "../../lib/types";
import * as api from "../api";
import { ConfirmDialog } from "../components/ConfirmDialog";
import { Dialog } from "../components/Dialog";
import { Icon } from "../components/Icon";
import { Loaded } from "../components/Loaded";
import { Resource } from "../pager";
import { CopyLink } from "../settings/CopyLink";
import { moment } from "../texts";
import { perform, tell } from "../toaster";
import { NewOverlayForm } from "./NewOverlayForm";
import { linkTexts } from "./texts";

/** The overlays for OBS: made, shown once, revoked. */
export function OverlayPanel() {
  const words = linkTexts.value.overlays;
  const keys = useMemo(() => new Resource<OverlayKey[]>(api.listOverlayKeys), []);
  const [made, setMade] = useState<MadeOverlayKey | null>(null);
  const [isMaking, setMaking] = useState(false);
  const [leaving, setLeaving] = useState<OverlayKey | null>(null);
  useEffect(() => {
    void keys.load();
    return () => keys.stop();
  }, [keys]);
  const revoke = async (key: OverlayKey) => {
    setLeaving(null);
    if (await perform(() => api.revokeOverlayKey(key.id))) tell(words.revoked);
    await keys.load();
  };
  const close = () => {
    setMaking(false);
    setMade(null);
  };
  return (
    <section class="panel">
      <h2 class="panel__title">{words.title}</h2>
      <p class="panel__text">{words.text}</p>
      <Loaded resource={keys}>{(items) => <KeyList keys={items} onRevoke={setLeaving} />}</Loaded>
      <p>
        <button type="button" class="button" onClick={() => setMaking(true)}>
          <Icon name="add" />
          {words.make}
        </button>
      </p>
      <Dialog isOpen={isMaking} title={made ? words.ready : words.make} onClose={close}>
        {made ? (
          <Made made={made} />
        ) : (
          <NewOverlayForm
            onMade={(key) => {
              setMade(key);
              void keys.load();
            }}
          />
        )}
      </Dialog>
      <ConfirmDialog
        isOpen={leaving !== null}
        title={words.revokeTitle(leaving?.name ?? "")}
        text={words.revokeText}
        confirm={words.revoke}
        onConfirm={() => leaving && void revoke(leaving)}
        onCancel={() => setLeaving(null)}
      />
    </section>
  );
}

type ListProps = { keys: readonly OverlayKey[]; onRevoke: (key: OverlayKey) => void };

function KeyList({ keys, onRevoke }: ListProps) {
  const { overlays: words, sources } = linkTexts.value;
  if (keys.length === 0) return <p class="panel__text">{words.none}</p>;
  return (
    <ul class="rows">
      {keys.map((key) => (
        <li key={key.id} class="row overlay-row">
          <span class="overlay-row__words">
            <strong>{key.name}</strong>
            <span class="overlay-row__meta">
              {sources[key.source]} ·{" "}
              {key.seen_at === null ? words.neverSeen : words.seen(moment(key.seen_at))}
            </span>
          </span>
          <button
            type="button"
            class="button"
            aria-label={words.revokeOf(key.name)}
            onClick={() => onRevoke(key)}
          >
            {words.revoke}
          </button>
        </li>
      ))}
    </ul>
  );
}

function Made({ made }: { made: MadeOverlayKey }) {
  const words = linkTexts.value.overlays;
  return (
    <div class="link-detail">
      <p class="note">{words.once}</p>
      <CopyLink
        label={words.address}
        url={`${location.origin}/overlay/current#key=${made.token}`}
      />
      <p class="panel__text">{words.steps}</p>
    </div>
  );
}
