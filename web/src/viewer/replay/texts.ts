/** The texts of a replay in the language of the page. */
import { replayEn } from "../../i18n/replay.en";
import { replayIt } from "../../i18n/replay.it";
import { dictionary } from "../../ui/lang";

export const replayTexts = dictionary({ en: replayEn, it: replayIt });
