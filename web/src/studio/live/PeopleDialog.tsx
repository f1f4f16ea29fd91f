import type { MemberSnapshot } from "../../lib/types";
import { Dialog } from "../components/Dialog";
import { privacyTexts } from "../privacy/texts";
import { may } from "../session";
import { t, time } from "../texts";
import type { Host } from "./host";

type Props = {
  isOpen: boolean;
  members: MemberSnapshot | null;
  host: Host;
  onClose: () => void;
};

/** Who may not write, until when, and the way back for each. */
export function PeopleDialog({ isOpen, members, host, onClose }: Props) {
  const words = t().chat;
  const muted = members?.muted ?? [];
  const banned = members?.banned ?? [];
  return (
    <Dialog isOpen={isOpen} title={words.people} onClose={onClose}>
      {muted.length + banned.length === 0 && <p class="dialog__text">{words.nobody}</p>}
      {muted.length > 0 && (
        <section class="people">
          <h3>{words.mutedTitle}</h3>
          <ul>
            {muted.map(({ viewer_id, name, until }) => (
              <li key={viewer_id}>
                <span class="people__name">{name}</span>
                <span class="is-soft numeric">{words.mutedUntil(time(until))}</span>
                <button
                  type="button"
                  class="button is-small"
                  aria-label={words.unmuteLabel(name)}
                  onClick={() => host.unmute(viewer_id, name)}
                >
                  {words.unmute}
                </button>
                <DataButton viewer={{ id: viewer_id, name }} host={host} onOpen={onClose} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {banned.length > 0 && (
        <section class="people">
          <h3>{words.bannedTitle}</h3>
          <ul>
            {banned.map(({ viewer_id, name }) => (
              <li key={viewer_id}>
                <span class="people__name">{name}</span>
                <button
                  type="button"
                  class="button is-small"
                  aria-label={words.unbanLabel(name)}
                  onClick={() => host.unban(viewer_id, name)}
                >
                  {words.unban}
                </button>
                <DataButton viewer={{ id: viewer_id, name }} host={host} onOpen={onClose} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </Dialog>
  );
}

type DataProps = { viewer: { id: string; name: string }; host: Host; onOpen: () => void };

/** The way to what is kept of a viewer, for owners. */
function DataButton({ viewer, host, onOpen }: DataProps) {
  if (!may("settings")) return null;
  const words = privacyTexts.value;
  return (
    <button
      type="button"
      class="button is-small"
      aria-label={words.viewerLabel(viewer.name)}
      onClick={() => {
        onOpen();
        host.dataFor.value = viewer;
      }}
    >
      {words.viewerOpen}
    </button>
  );
}
