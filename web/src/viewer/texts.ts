/** The texts of the viewer pages in the language of the page. */
import { viewerEn } from "../i18n/viewer.en";
import { viewerIt } from "../i18n/viewer.it";
import { dictionary } from "../ui/lang";

export const texts = dictionary({ en: viewerEn, it: viewerIt });
