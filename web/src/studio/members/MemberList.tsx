import { useState } from "preact/hooks";
import type { Me, Role, TeamMember } from "../../lib/types";
import { common } from "../../ui/lang";
import * as api from "../api";
import { ConfirmDialog } from "../components/ConfirmDialog";
import { replace } from "../navigation";
import { loadSession, refreshSession } from "../session";
import { perform, tell } from "../toaster";
import { MemberRow } from "./MemberRow";
import { memberTexts } from "./texts";

type Props = { members: readonly TeamMember[]; me: Me; onChanged: () => Promise<void> };

/** The members with their roles; what a member does to themselves is asked about first. */
export function MemberList({ members, me, onChanged }: Props) {
  const words = memberTexts.value;
  const [leaving, setLeaving] = useState<TeamMember | null>(null);
  const [stepping, setStepping] = useState<Role | null>(null);
  const isSelf = (member: TeamMember) => member.id === me.member.id;

  const change = async (member: TeamMember, role: Role) => {
    const isChanged = await perform(() => api.putRole(member.id, role));
    if (isChanged) tell(words.roleChanged(member.name, common.value.role[role]));
    if (isChanged && isSelf(member)) {
      replace({ page: "settings" });
      await refreshSession();
    } else await onChanged();
  };
  const choose = (member: TeamMember, role: Role) => {
    if (isSelf(member) && member.role === "owner") setStepping(role);
    else void change(member, role);
  };
  const stepDown = () => {
    const own = members.find(isSelf);
    const role = stepping;
    setStepping(null);
    if (own !== undefined && role !== null) void change(own, role);
  };
  const remove = async (member: TeamMember) => {
    setLeaving(null);
    const isRemoved = await perform(() => api.removeMember(member.id));
    if (isRemoved && isSelf(member)) return loadSession();
    if (isRemoved) tell(words.removed(member.name));
    await onChanged();
  };
  const leavesOneself = leaving !== null && isSelf(leaving);
  return (
    <>
      <ul class="rows member-rows">
        {members.map((member) => (
          <MemberRow
            key={member.id}
            member={member}
            isSelf={isSelf(member)}
            onRole={(role) => choose(member, role)}
            onRemove={() => setLeaving(member)}
          />
        ))}
      </ul>
      <ConfirmDialog
        isOpen={leaving !== null}
        title={leavesOneself ? words.leaveTitle : words.removeTitle(leaving?.name ?? "")}
        text={leavesOneself ? words.leaveText : words.removeText}
        confirm={leavesOneself ? words.leave : words.remove}
        onConfirm={() => leaving && void remove(leaving)}
        onCancel={() => setLeaving(null)}
      />
      <ConfirmDialog
        isOpen={stepping !== null}
        title={words.stepDownTitle}
        text={words.stepDownText}
        confirm={words.stepDown}
        onConfirm={stepDown}
        onCancel={() => setStepping(null)}
      />
    </>
  );
}
