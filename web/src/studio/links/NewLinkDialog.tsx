import { useEffect, useMemo, useState } from "preact/hooks";
import { toProblem } from "../../lib/problem";
import type { Link, LinkSource, ProductView, ShowSummary } from "../../lib/types";
import * as api from "../api";
import { Dialog } from "../components/Dialog";
import { SelectField } from "../components/SelectField";
import { TextField } from "../components/TextField";
import { focusFirstError } from "../focus";
import { errorAt, errorsOf, type FieldErrors, NO_ERRORS } from "../forms/errors";
import { ProductPicker } from "../lineup/ProductPicker";
import { Pager } from "../pager";
import { problemText } from "../texts";
import { linkTexts, sourceOptions } from "./texts";

type Props = { isOpen: boolean; onClose: () => void; onMade: (link: Link) => void };

/** Makes a link: what it opens, and where it is published. */
export function NewLinkDialog({ isOpen, onClose, onMade }: Props) {
  return (
    <Dialog isOpen={isOpen} title={linkTexts.value.form.title} onClose={onClose}>
      <Form onMade={onMade} />
    </Dialog>
  );
}

function Form({ onMade }: { onMade: (link: Link) => void }) {
  const words = linkTexts.value.form;
  const shows = useShows();
  const [showId, setShowId] = useState<string | null>(null);
  const [product, setProduct] = useState<ProductView | null>(null);
  const [variantId, setVariantId] = useState("");
  const [source, setSource] = useState<LinkSource>("instagram");
  const [label, setLabel] = useState("");
  const [expires, setExpires] = useState("");
  const [errors, setErrors] = useState<FieldErrors>(NO_ERRORS);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const chooseShow = (id: string) => {
    setShowId(id === "" ? null : id);
    setProduct(null);
    setVariantId("");
  };
  const chooseProduct = (next: ProductView | null) => {
    setProduct(next);
    setVariantId("");
    setProblem(null);
  };
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (isBusy) return;
    if (showId === null && product === null) return setProblem(words.needsProduct);
    setBusy(true);
    setProblem(null);
    setErrors(NO_ERRORS);
    try {
      const link = await api.createLink({
        show_id: showId,
        product_id: product?.id ?? null,
        variant_id: variantId === "" ? null : variantId,
        source,
        label: label.trim(),
        expires_at: expires === "" ? null : new Date(expires).toISOString(),
      });
      onMade(link);
    } catch (cause) {
      const refusal = toProblem(cause);
      const found = errorsOf(refusal);
      setErrors(found);
      if (found.size === 0) setProblem(problemText(refusal));
      focusFirstError();
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="form link-form" onSubmit={submit} noValidate>
      <SelectField
        label={words.show}
        value={showId ?? ""}
        options={[
          { value: "", label: words.whicheverShow },
          ...shows.map((show) => ({ value: show.id, label: show.title })),
        ]}
        onChange={chooseShow}
      />
      {showId === null ? (
        <AnyProduct product={product} onChoose={chooseProduct} />
      ) : (
        <ShowProduct showId={showId} product={product} onChoose={chooseProduct} />
      )}
      {product !== null && product.variants.length > 1 && (
        <SelectField
          label={words.variant}
          value={variantId}
          options={[
            { value: "", label: words.buyerChooses },
            ...product.variants.map((variant) => ({
              value: variant.id,
              label: variant.option_values.join(" / "),
            })),
          ]}
          onChange={setVariantId}
        />
      )}
      <SelectField
        label={words.source}
        value={source}
        options={sourceOptions()}
        onChange={setSource}
      />
      <div class="field-row">
        <TextField
          label={words.label}
          hint={words.labelHint}
          isOptional
          maxLength={80}
          value={label}
          error={errorAt(errors, "/label")}
          onChange={setLabel}
        />
        <TextField
          label={words.expires}
          type="datetime-local"
          isOptional
          value={expires}
          error={errorAt(errors, "/expires_at")}
          onChange={setExpires}
        />
      </div>
      {problem !== null && (
        <p class="form-problem" role="alert">
          {problem}
        </p>
      )}
      <footer class="form__actions">
        <button type="submit" class="button is-primary" disabled={isBusy}>
          {isBusy ? words.creating : words.create}
        </button>
      </footer>
    </form>
  );
}

/** The shop's shows that links may lead to, newest first. */
function useShows(): readonly ShowSummary[] {
  const pager = useMemo(() => new Pager<ShowSummary>(api.listShows), []);
  useEffect(() => {
    void pager.load();
    return () => pager.stop();
  }, [pager]);
  return pager.items.value;
}

type ChoiceProps = {
  product: ProductView | null;
  onChoose: (product: ProductView | null) => void;
};

/** A product of the catalogue, found by its name. */
function AnyProduct({ product, onChoose }: ChoiceProps) {
  const words = linkTexts.value.form;
  if (product === null) {
    return (
      <fieldset class="link-form__products">
        <legend class="field__label">{words.chooseProduct}</legend>
        <ProductPicker chosen={new Set()} onAdd={onChoose} />
      </fieldset>
    );
  }
  return (
    <p class="link-form__chosen">
      <strong>{product.title}</strong>
      <button type="button" class="button is-small" onClick={() => onChoose(null)}>
        {words.changeProduct}
      </button>
    </p>
  );
}

/** A product of the show's lineup, or the show as a whole. */
function ShowProduct({ showId, product, onChoose }: ChoiceProps & { showId: string }) {
  const words = linkTexts.value;
  const [lineup, setLineup] = useState<readonly ProductView[]>([]);
  useEffect(() => {
    const turn = new AbortController();
    api
      .getShow(showId, turn.signal)
      .then((show) => setLineup(show.lineup))
      .catch(() => setLineup([]));
    return () => turn.abort();
  }, [showId]);
  return (
    <SelectField
      label={words.form.product}
      value={product?.id ?? ""}
      options={[
        { value: "", label: words.wholeShow },
        ...lineup.map(({ id, title }) => ({ value: id, label: title })),
      ]}
      onChange={(id) => onChoose(lineup.find((other) => other.id === id) ?? null)}
    />
  );
}
