/** One small button to the other language, where there is no room for the whole switch. */
import { LANGS } from "../lib/i18n";
import { common, lang, setLang } from "./lang";

export function LangToggle() {
  const other = LANGS.find((choice) => choice !== lang.value) ?? lang.value;
  return (
    <button
      type="button"
      class="icon-button lang-toggle"
      lang={other}
      onClick={() => setLang(other)}
    >
      {other.toUpperCase()}
      <span class="visually-hidden"> {common.value.languages[other]}</span>
    </button>
  );
}
