/** The texts about delivery in the language of the page. */
import { deliveryEn } from "../../i18n/delivery.en";
import { deliveryIt } from "../../i18n/delivery.it";
import { dictionary } from "../../ui/lang";

export const deliveryTexts = dictionary({ en: deliveryEn, it: deliveryIt });
