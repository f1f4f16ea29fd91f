import { useState } from "preact/hooks";
import type { Product } from "../../lib/types";
import * as api from "../api";
import { ConfirmDialog } from "../components/ConfirmDialog";
import { Icon } from "../components/Icon";
import { go } from "../navigation";
import { t } from "../texts";
import { perform, performUndoable, tell } from "../toaster";
import type { ProductEditor } from "./editor";

type Props = { editor: ProductEditor; product: Product };

/** Archive, restore, delete. */
export function ProductMenu({ editor, product }: Props) {
  const { product: words, common } = t();
  const [isAsking, setAsking] = useState(false);
  const isArchived = product.status === "archived";
  const toggle = () => {
    const [next, done, back] = isArchived
      ? (["active", words.restored, "archived"] as const)
      : (["archived", words.archived, "active"] as const);
    return performUndoable(
      () => editor.putStatus(next),
      done,
      () => editor.putStatus(back),
    );
  };
  const remove = async () => {
    setAsking(false);
    if (!(await perform(() => api.deleteProduct(product.id)))) return;
    editor.discard();
    tell(words.deleted);
    go({ page: "products" });
  };
  return (
    <>
      {isArchived && <span class="chip chip--quiet">{t().products.archived}</span>}
      <button type="button" class="button" onClick={toggle}>
        <Icon name={isArchived ? "redo" : "archive"} />
        {isArchived ? words.restore : words.archive}
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label={words.deleteTitle}
        title={common.delete}
        onClick={() => setAsking(true)}
      >
        <Icon name="trash" />
      </button>
      <ConfirmDialog
        isOpen={isAsking}
        title={words.deleteTitle}
        text={words.deleteText}
        confirm={common.delete}
        onConfirm={remove}
        onCancel={() => setAsking(false)}
      />
    </>
  );
}
