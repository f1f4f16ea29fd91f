import { useEffect, useMemo, useState } from "preact/hooks";
import type { Invitation, Me, TeamMember } from "../../lib/types";
import * as api from "../api";
import { Icon } from "../components/Icon";
import { Loaded } from "../components/Loaded";
import { PageHead } from "../components/PageHead";
import { InvitationList } from "../members/InvitationList";
import { InviteDialog } from "../members/InviteDialog";
import { MemberList } from "../members/MemberList";
import { memberTexts } from "../members/texts";
import { Resource } from "../pager";

/** Who works for the shop, and who is invited; for owners. */
export function MembersPage({ me }: { me: Me }) {
  const words = memberTexts.value;
  const [isInviting, setInviting] = useState(false);
  const members = useMemo(() => new Resource<TeamMember[]>(api.listMembers), []);
  const invitations = useMemo(() => new Resource<Invitation[]>(api.listInvitations), []);
  useEffect(() => {
    void members.load();
    void invitations.load();
    return () => {
      members.stop();
      invitations.stop();
    };
  }, [members, invitations]);
  // Who lost the right to invite has no invitations out either.
  const reload = async () => {
    await Promise.all([members.load(), invitations.load()]);
  };
  return (
    <div class="page page--form">
      <PageHead title={words.title} text={words.text}>
        <button type="button" class="button is-primary" onClick={() => setInviting(true)}>
          <Icon name="add" />
          {words.invite}
        </button>
      </PageHead>
      <section class="panel" aria-label={words.title}>
        <Loaded resource={members}>
          {(items) => <MemberList members={items} me={me} onChanged={reload} />}
        </Loaded>
      </section>
      <section class="panel">
        <h2 class="panel__title">{words.invitations}</h2>
        <p class="panel__text">{words.invitationsText}</p>
        <Loaded resource={invitations}>
          {(items) => <InvitationList invitations={items} onChanged={reload} />}
        </Loaded>
      </section>
      <InviteDialog isOpen={isInviting} onClose={() => setInviting(false)} onMade={reload} />
    </div>
  );
}
