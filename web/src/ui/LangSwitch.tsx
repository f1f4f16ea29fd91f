/** Switches the language of the page. */
import { LANGS } from "../lib/i18n";
import { common, lang, setLang } from "./lang";

export function LangSwitch() {
  const texts = common.value;
  return (
    <fieldset class="lang-switch">
      <legend class="visually-hidden">{texts.language}</legend>
      {LANGS.map((choice) => (
        <button
          key={choice}
          type="button"
          lang={choice}
          aria-pressed={lang.value === choice}
          onClick={() => setLang(choice)}
        >
          <span aria-hidden="true">{choice.toUpperCase()}</span>
          <span class="visually-hidden">{texts.languages[choice]}</span>
        </button>
      ))}
    </fieldset>
  );
}
