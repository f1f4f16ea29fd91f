import { useEffect, useMemo, useState } from "preact/hooks";
import type { Product, ProductView } from "../../lib/types";
import * as api from "../api";
import { Icon } from "../components/Icon";
import { Link } from "../components/Link";
import { LoadMore } from "../components/LoadMore";
import { SearchField } from "../components/SearchField";
import { Thumb } from "../components/Thumb";
import { Pager } from "../pager";
import { priceText, stockText } from "../products/productTexts";
import { problemText, t } from "../texts";

type Props = { chosen: ReadonlySet<string>; onAdd: (product: ProductView) => void };

/** Finds active products and adds them to the lineup one by one. */
export function ProductPicker({ chosen, onAdd }: Props) {
  const { lineup: words } = t();
  const [search, setSearch] = useState("");
  const pager = useMemo(
    () =>
      new Pager<Product>((cursor, signal) =>
        api.listProducts({ search, status: "active" }, cursor, signal),
      ),
    [search],
  );
  useEffect(() => {
    void pager.load();
    return () => pager.stop();
  }, [pager]);
  const problem = pager.problem.value;
  const isEmpty = pager.status.value === "ready" && pager.items.value.length === 0;
  return (
    <div class="picker">
      <SearchField
        label={words.searchLabel}
        placeholder={words.searchPlaceholder}
        value={search}
        onSearch={setSearch}
      />
      {problem !== null && (
        <p class="field__error" role="alert">
          {problemText(problem)}
        </p>
      )}
      {isEmpty && (
        <p class="picker__none">
          {search === "" ? words.catalogueEmpty : words.noneFound}{" "}
          <Link to={{ page: "products" }}>{words.toCatalogue}</Link>
        </p>
      )}
      <ul class="picker__list" aria-busy={pager.status.value === "loading"}>
        {pager.items.value.map((product) => (
          <li key={product.id} class="picker__row">
            <Thumb image={product.images[0]} />
            <span class="order-row__words">
              <span class="order-row__title">{product.title}</span>
              <span class="order-row__meta numeric">
                {priceText(product)} · {stockText(product)}
              </span>
            </span>
            {chosen.has(product.id) ? (
              <span class="picker__added">
                <Icon name="check" />
                {words.added}
              </span>
            ) : (
              <button
                type="button"
                class="button is-small"
                aria-label={words.addLabel(product.title)}
                onClick={() => onAdd(product)}
              >
                {t().common.add}
              </button>
            )}
          </li>
        ))}
      </ul>
      <LoadMore pager={pager} />
    </div>
  );
}
