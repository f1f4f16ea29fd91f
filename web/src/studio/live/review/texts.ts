import { moderationEn } from "../../../i18n/moderation.en";
import { moderationIt } from "../../../i18n/moderation.it";
import { dictionary } from "../../../ui/lang";

const moderation = dictionary({ en: moderationEn, it: moderationIt });

/** The words of moderation in the member's language. */
export function words(): typeof moderationEn {
  return moderation.value;
}
