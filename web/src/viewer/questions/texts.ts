import { questionsEn } from "../../i18n/questions.en";
import { questionsIt } from "../../i18n/questions.it";
import { dictionary } from "../../ui/lang";

export const questionTexts = dictionary({ en: questionsEn, it: questionsIt });
