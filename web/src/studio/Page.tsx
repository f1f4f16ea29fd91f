import type { Me } from "../lib/types";
import { Empty } from "./components/Empty";
import { Link } from "./components/Link";
import { route } from "./navigation";
import { CheckoutPage } from "./pages/CheckoutPage";
import { EmbedPage } from "./pages/EmbedPage";
import { ImportPage } from "./pages/ImportPage";
import { LegalPage } from "./pages/LegalPage";
import { LinksPage } from "./pages/LinksPage";
import { LivePage } from "./pages/LivePage";
import { MembersPage } from "./pages/MembersPage";
import { OrderPage } from "./pages/OrderPage";
import { OrdersPage } from "./pages/OrdersPage";
import { PackingPage } from "./pages/PackingPage";
import { PaymentsPage } from "./pages/PaymentsPage";
import { ProductPage } from "./pages/ProductPage";
import { ProductsPage } from "./pages/ProductsPage";
import { SettingsPage } from "./pages/SettingsPage";
import { ShowFormPage } from "./pages/ShowFormPage";
import { ShowsPage } from "./pages/ShowsPage";
import { t } from "./texts";

/** The page of the current route; a new id is a new page, never the old one with other contents. */
export function Page({ me }: { me: Me }) {
  const current = route.value;
  switch (current.page) {
    case "shows":
    // Signed in, the sign-in address is just the front door.
    case "sign-in":
    case "setup":
    case "invitation":
      return <ShowsPage />;
    case "show-new":
      return <ShowFormPage key="new" id={null} />;
    case "show-edit":
      return <ShowFormPage key={current.id} id={current.id} />;
    case "live":
      return <LivePage key={current.id} id={current.id} me={me} />;
    case "products":
      return <ProductsPage />;
    case "product-new":
      return <ProductPage key="new" id={null} currency={me.shop.currency} />;
    case "product":
      return <ProductPage key={current.id} id={current.id} currency={me.shop.currency} />;
    case "import":
      return <ImportPage currency={me.shop.currency} />;
    case "orders":
      return <OrdersPage />;
    case "order":
      return <OrderPage key={current.id} id={current.id} />;
    case "packing":
      return <PackingPage />;
    case "links":
      return <LinksPage />;
    case "settings":
      return <SettingsPage me={me} />;
    case "payments":
      return <PaymentsPage />;
    case "checkout":
      return <CheckoutPage />;
    case "embed":
      return <EmbedPage />;
    case "members":
      return <MembersPage me={me} />;
    case "legal":
      return <LegalPage slug={me.shop.slug} />;
    case "missing":
      return <Missing />;
    default: {
      const impossible: never = current;
      return impossible;
    }
  }
}

function Missing() {
  const { common } = t();
  return (
    <Empty icon="search" title={common.missingTitle} text={common.missingText}>
      <Link to={{ page: "shows" }} class="button is-primary">
        {common.toShows}
      </Link>
    </Empty>
  );
}
