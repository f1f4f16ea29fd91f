import type { Invitation } from "../../lib/types";
import { common } from "../../ui/lang";
import * as api from "../api";
import { dateTime } from "../texts";
import { perform, tell } from "../toaster";
import { memberTexts } from "./texts";

type Props = { invitations: readonly Invitation[]; onChanged: () => Promise<void> };

/** The invitations that can still be accepted. */
export function InvitationList({ invitations, onChanged }: Props) {
  const words = memberTexts.value;
  if (invitations.length === 0) return <p class="panel__text">{words.noInvitations}</p>;
  const revoke = async (invitation: Invitation) => {
    if (await perform(() => api.revokeInvitation(invitation.id))) tell(words.revoked);
    await onChanged();
  };
  return (
    <ul class="rows member-rows">
      {invitations.map((invitation) => {
        const whom = invitation.email ?? words.anybody;
        const role = common.value.role[invitation.role];
        return (
          <li key={invitation.id} class="row invitation-row">
            <span class="member-row__words">
              <strong>{whom}</strong>
              <span class="member-row__meta">{role}</span>
              <span class="member-row__meta">
                {words.invitedBy(invitation.invited_by, dateTime(invitation.expires_at))}
              </span>
            </span>
            <button
              type="button"
              class="button"
              aria-label={words.revokeOf(whom, role)}
              onClick={() => void revoke(invitation)}
            >
              {words.revoke}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
