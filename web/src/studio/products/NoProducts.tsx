import type { ProductStatus } from "../../lib/types";
import { Empty } from "../components/Empty";
import { Link } from "../components/Link";
import { t } from "../texts";

type Props = { search: string; status: ProductStatus; onClear: () => void };

/** Why the list is empty, and what to do about it. */
export function NoProducts({ search, status, onClear }: Props) {
  const { products } = t();
  if (search !== "") {
    return (
      <Empty icon="search" title={products.noMatchTitle} text={products.noMatchText(search)}>
        <button type="button" class="button" onClick={onClear}>
          {products.clearSearch}
        </button>
      </Empty>
    );
  }
  if (status === "archived") {
    return <Empty icon="archive" title={products.noArchivedTitle} text={products.noArchivedText} />;
  }
  return (
    <Empty icon="products" title={products.emptyTitle} text={products.emptyText}>
      <Link to={{ page: "import" }} class="button is-primary">
        {products.import}
      </Link>
    </Empty>
  );
}
