import { deskEn } from "../../../i18n/desk.en";
import { deskIt } from "../../../i18n/desk.it";
import { dictionary } from "../../../ui/lang";

const desk = dictionary({ en: deskEn, it: deskIt });

/** The words of the questions in the member's language. */
export function words(): typeof deskEn {
  return desk.value;
}
