/** The texts of offers in the language of the page. */
import { offersEn } from "../../i18n/offers.en";
import { offersIt } from "../../i18n/offers.it";
import { dictionary } from "../../ui/lang";

export const offerTexts = dictionary({ en: offersEn, it: offersIt });
