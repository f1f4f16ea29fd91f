import { useEffect, useRef } from "preact/hooks";
import type { Role, TeamMember } from "../../lib/types";
import { date } from "../texts";
import { memberTexts, roleOptions } from "./texts";

type Props = {
  member: TeamMember;
  isSelf: boolean;
  onRole: (role: Role) => void;
  onRemove: () => void;
};

/** One member: name and address, the role to choose, the way out. */
export function MemberRow({ member, isSelf, onRole, onRemove }: Props) {
  const words = memberTexts.value;
  const select = useRef<HTMLSelectElement>(null);
  // What was chosen and refused, or only asked about, must not stay on the screen.
  useEffect(() => {
    if (select.current !== null) select.current.value = member.role;
  });
  const choose = (text: string) => {
    const chosen = roleOptions().find((option) => option.value === text);
    if (chosen !== undefined && chosen.value !== member.role) onRole(chosen.value);
  };
  return (
    <li class="row member-row">
      <span class="member-row__mark" aria-hidden="true">
        {member.name.slice(0, 1)}
      </span>
      <span class="member-row__words">
        <strong>
          {member.name}
          {isSelf && <span class="member-row__you"> ({words.you})</span>}
        </strong>
        <span class="member-row__meta">{member.email}</span>
        <span class="member-row__meta">{words.since(date(member.created_at))}</span>
      </span>
      <span class="member-row__role">
        <select
          ref={select}
          class="input input--select"
          aria-label={words.roleOf(member.name)}
          onChange={(event) => choose(event.currentTarget.value)}
        >
          {roleOptions().map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        <span class="member-row__meta">{words.does[member.role]}</span>
      </span>
      <button
        type="button"
        class="button"
        aria-label={isSelf ? words.leave : words.removeOf(member.name)}
        onClick={onRemove}
      >
        {isSelf ? words.leave : words.remove}
      </button>
    </li>
  );
}
