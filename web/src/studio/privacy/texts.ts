/** What the studio says of people's data. */
import { studioPrivacyEn } from "../../i18n/studioPrivacy.en";
import { studioPrivacyIt } from "../../i18n/studioPrivacy.it";
import type { BlockedOrder } from "../../lib/types";
import { dictionary } from "../../ui/lang";
import { list } from "../texts";

export const privacyTexts = dictionary({ en: studioPrivacyEn, it: studioPrivacyIt });

/** What stands in the way of an erasure, in words. */
export function blockedText({ number, obstacles }: BlockedOrder): string {
  const words = privacyTexts.value;
  return words.blocked(number, list(obstacles.map((one) => words.obstacles[one])));
}
