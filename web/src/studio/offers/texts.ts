/** The texts of making offers in the member's language. */
import { offeringEn } from "../../i18n/offering.en";
import { offeringIt } from "../../i18n/offering.it";
import { dictionary } from "../../ui/lang";

export const offering = dictionary({ en: offeringEn, it: offeringIt });
