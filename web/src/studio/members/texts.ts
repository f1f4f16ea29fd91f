/** The texts of members and invitations in the member's language, and names made of them. */
import { membersEn } from "../../i18n/members.en";
import { membersIt } from "../../i18n/members.it";
import { textOf } from "../../lib/i18n";
import type { ApiProblem } from "../../lib/problem";
import type { Role } from "../../lib/types";
import { common, dictionary } from "../../ui/lang";
import { problemText } from "../texts";

export const memberTexts = dictionary({ en: membersEn, it: membersIt });

/** From the one who may least, as most who are invited come to help. */
const ROLES: readonly Role[] = ["moderator", "host", "owner"];

export function roleOptions(): { value: Role; label: string }[] {
  return ROLES.map((value) => ({ value, label: common.value.role[value] }));
}

/** Explains a refusal in the words of this part where it has its own. */
export function memberProblem(problem: Pick<ApiProblem, "code">): string {
  return textOf(memberTexts.value.problems, problem.code) ?? problemText(problem);
}
