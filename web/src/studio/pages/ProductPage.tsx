import { useEffect, useMemo } from "preact/hooks";
import * as api from "../api";
import { Loaded } from "../components/Loaded";
import { PageHead } from "../components/PageHead";
import { focusFirstError } from "../focus";
import { go, guardUnsaved } from "../navigation";
import { Resource } from "../pager";
import { ProductEditor } from "../products/editor";
import { ProductForm } from "../products/ProductForm";
import { ProductMenu } from "../products/ProductMenu";
import { t } from "../texts";
import { tell } from "../toaster";

type Props = { id: string | null; currency: string };

/** Creates or edits one product. */
export function ProductPage({ id, currency }: Props) {
  const { product: words, common } = t();
  const editor = useMemo(() => new ProductEditor(currency), [currency]);
  const resource = useMemo(
    () =>
      new Resource(async (signal) => {
        if (id !== null) editor.open(await api.getProduct(id, signal));
        return editor;
      }),
    [editor, id],
  );
  useEffect(() => {
    void resource.load();
    return () => resource.stop();
  }, [resource]);
  useEffect(() => guardUnsaved(() => editor.isDirty.value), [editor]);

  const save = async (isForced = false) => {
    if (editor.isBusy.value) return;
    const result = await editor.save(isForced);
    if (result === "incomplete" || result === "refused") focusFirstError();
    if (result !== "saved") return;
    tell(id === null ? words.created : common.saved);
    const saved = editor.base.value;
    if (id === null && saved !== null) go({ page: "product", id: saved.id });
  };
  return (
    <div class="page page--wide">
      <PageHead
        title={editor.base.value?.title ?? (id === null ? words.newTitle : words.editTitle)}
        back={{ page: "products" }}
      >
        {editor.base.value !== null && <ProductMenu editor={editor} product={editor.base.value} />}
      </PageHead>
      <Loaded resource={resource}>
        {(loaded) => <ProductForm editor={loaded} currency={currency} onSave={save} />}
      </Loaded>
    </div>
  );
}
