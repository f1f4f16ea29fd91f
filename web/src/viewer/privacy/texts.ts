/** What viewers are told of the data kept of them. */
import { privacyEn } from "../../i18n/privacy.en";
import { privacyIt } from "../../i18n/privacy.it";
import { dictionary } from "../../ui/lang";

export const privacyTexts = dictionary({ en: privacyEn, it: privacyIt });
