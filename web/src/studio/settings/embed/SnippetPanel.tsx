/** Puts the lines together that a shop copies into its page. */
import { useEffect, useId, useMemo, useState } from "preact/hooks";
import { LANGS } from "../../../lib/i18n";
import type { ShowSummary } from "../../../lib/types";
import { common, lang as ownLang } from "../../../ui/lang";
import * as api from "../../api";
import { Icon } from "../../components/Icon";
import { SelectField } from "../../components/SelectField";
import { copyText } from "../../copy";
import { Pager } from "../../pager";
import { CARTS, LAYOUTS, type Snippet, snippetOf } from "./snippet";
import { embeddingTexts } from "./texts";

export function SnippetPanel({ hasSites }: { hasSites: boolean }) {
  const words = embeddingTexts.value;
  const shows = useShows();
  const [chosen, setChosen] = useState<string | null>(null);
  const [layout, setLayout] = useState<Snippet["layout"]>("inline");
  const [lang, setLang] = useState(ownLang.value);
  const [cart, setCart] = useState<Snippet["cart"]>("checkout");
  const isOpen = ({ status }: ShowSummary) => status === "live" || status === "scheduled";
  const show = shows.find(({ slug }) => slug === chosen) ?? shows.find(isOpen) ?? shows[0];
  return (
    <section class="panel form">
      <h2 class="panel__title">{words.snippet}</h2>
      <p class="panel__text">{show ? words.snippetText : words.noShow}</p>
      {!hasSites && <p class="note">{words.noSites}</p>}
      {show && (
        <>
          <SelectField
            label={words.show}
            value={show.slug}
            options={shows.map(({ slug, title }) => ({ value: slug, label: title }))}
            onChange={setChosen}
          />
          <div class="field-row">
            <SelectField
              label={words.layout}
              value={layout}
              options={LAYOUTS.map((value) => ({ value, label: words.layouts[value] }))}
              onChange={setLayout}
            />
            <SelectField
              label={words.language}
              value={lang}
              options={LANGS.map((value) => ({ value, label: common.value.languages[value] }))}
              onChange={setLang}
            />
          </div>
          <SelectField
            label={words.cart}
            hint={cart === "shop" ? words.cartText : undefined}
            value={cart}
            options={CARTS.map((value) => ({ value, label: words.carts[value] }))}
            onChange={setCart}
          />
          <Code
            text={snippetOf({ origin: location.origin, show: show.slug, layout, lang, cart })}
          />
        </>
      )}
    </section>
  );
}

function Code({ text }: { text: string }) {
  const words = embeddingTexts.value;
  const id = useId();
  return (
    <div class="embed-code">
      <label class="field__label" for={id}>
        {words.code}
      </label>
      <textarea
        id={id}
        class="input input--area embed-code__text"
        rows={5}
        readOnly
        spellcheck={false}
        value={text}
        onFocus={(event) => event.currentTarget.select()}
      />
      <button type="button" class="button" onClick={() => copyText(text, words.copied)}>
        <Icon name="copy" />
        {words.copy}
      </button>
    </div>
  );
}

/** The newest shows, which are the ones that are put on other pages. */
function useShows(): readonly ShowSummary[] {
  const pager = useMemo(() => new Pager<ShowSummary>(api.listShows), []);
  useEffect(() => {
    void pager.load();
    return () => pager.stop();
  }, [pager]);
  return pager.items.value;
}
