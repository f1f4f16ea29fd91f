import { useEffect, useMemo, useState } from "preact/hooks";
import type { Product, ProductStatus } from "../../lib/types";
import * as api from "../api";
import { Icon } from "../components/Icon";
import { Link } from "../components/Link";
import { PagedList } from "../components/PagedList";
import { PageHead } from "../components/PageHead";
import { SearchField } from "../components/SearchField";
import { Tabs } from "../components/Tabs";
import { Pager } from "../pager";
import { NoProducts } from "../products/NoProducts";
import { ProductTable } from "../products/ProductTable";
import { t } from "../texts";

/** The catalogue: search, status, and the products page by page. */
export function ProductsPage() {
  const { products } = t();
  const [search, setSearch] = useState("");
  const [status, setStatus] = useState<ProductStatus>("active");
  const pager = useMemo(
    () =>
      new Pager<Product>((cursor, signal) => api.listProducts({ search, status }, cursor, signal)),
    [search, status],
  );
  useEffect(() => {
    void pager.load();
    return () => pager.stop();
  }, [pager]);
  return (
    <div class="page">
      <PageHead title={products.title}>
        <Link to={{ page: "import" }} class="button">
          <Icon name="upload" />
          {products.import}
        </Link>
        <Link to={{ page: "product-new" }} class="button is-primary">
          <Icon name="add" />
          {products.create}
        </Link>
      </PageHead>
      <div class="toolbar">
        <SearchField
          label={products.searchLabel}
          placeholder={products.searchPlaceholder}
          value={search}
          onSearch={setSearch}
        />
        <Tabs
          label={products.status}
          value={status}
          options={[
            { value: "active", label: products.active },
            { value: "archived", label: products.archived },
          ]}
          onChange={setStatus}
        />
      </div>
      <PagedList
        pager={pager}
        empty={<NoProducts search={search} status={status} onClear={() => setSearch("")} />}
      >
        {(items) => <ProductTable products={items} />}
      </PagedList>
    </div>
  );
}
