/** The texts of the way from a product to its payment, beside those of the page it lies over. */
import { purchaseEn } from "../../i18n/purchase.en";
import { purchaseIt } from "../../i18n/purchase.it";
import { viewerEn } from "../../i18n/viewer.en";
import { viewerIt } from "../../i18n/viewer.it";
import { dictionary } from "../../ui/lang";

const en = { ...viewerEn, ...purchaseEn };

export type PurchaseTexts = typeof en;

export const purchaseTexts = dictionary<PurchaseTexts>({ en, it: { ...viewerIt, ...purchaseIt } });
