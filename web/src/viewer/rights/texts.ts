/** What buyers are told of the seller and of their rights. */
import { rightsEn } from "../../i18n/rights.en";
import { rightsIt } from "../../i18n/rights.it";
import { dictionary } from "../../ui/lang";

export const rightsTexts = dictionary({ en: rightsEn, it: rightsIt });
