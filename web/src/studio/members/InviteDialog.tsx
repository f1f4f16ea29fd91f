import { useState } from "preact/hooks";
import type { MadeInvitation } from "../../lib/types";
import { Dialog } from "../components/Dialog";
import { CopyLink } from "../settings/CopyLink";
import { dateTime } from "../texts";
import { InviteForm } from "./InviteForm";
import { memberTexts } from "./texts";

type Props = { isOpen: boolean; onClose: () => void; onMade: () => void };

/** Makes an invitation, then shows its link, this once. */
export function InviteDialog({ isOpen, onClose, onMade }: Props) {
  const words = memberTexts.value;
  const [made, setMade] = useState<MadeInvitation | null>(null);
  const close = () => {
    setMade(null);
    onClose();
  };
  return (
    <Dialog isOpen={isOpen} title={made ? words.ready : words.invite} onClose={close}>
      {made ? (
        <Made made={made} />
      ) : (
        <InviteForm
          onMade={(invitation) => {
            setMade(invitation);
            onMade();
          }}
        />
      )}
    </Dialog>
  );
}

function Made({ made }: { made: MadeInvitation }) {
  const words = memberTexts.value;
  const mail = mailText(made);
  return (
    <div class="invitation-made">
      <p class="note" role="status">
        {words.once}
      </p>
      <CopyLink label={words.link} url={made.url} />
      <p class="panel__text">{words.until(dateTime(made.expires_at))}</p>
      {mail !== null && <p class="panel__text">{mail}</p>}
    </div>
  );
}

function mailText({ mail, email }: MadeInvitation): string | null {
  const words = memberTexts.value.mail;
  switch (mail) {
    case "not_asked":
      return null;
    case "not_configured":
      return words.notConfigured;
    case "sent":
      return words.sent(email ?? "");
    case "failed":
      return words.failed(email ?? "");
    default: {
      const impossible: never = mail;
      return impossible;
    }
  }
}
