/** The texts of the open bag in the language of the page. */
import { bagEn } from "../../i18n/bag.en";
import { bagIt } from "../../i18n/bag.it";
import { dictionary } from "../../ui/lang";

export const bagTexts = dictionary({ en: bagEn, it: bagIt });
