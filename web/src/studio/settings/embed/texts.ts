/** The texts of shows on other sites in the member's language. */
import { embeddingEn } from "../../../i18n/embedding.en";
import { embeddingIt } from "../../../i18n/embedding.it";
import { dictionary } from "../../../ui/lang";

export const embeddingTexts = dictionary({ en: embeddingEn, it: embeddingIt });
