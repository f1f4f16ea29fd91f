import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Me } from "../../lib/types";
import { LangSwitch } from "../../ui/LangSwitch";
import { Icon } from "../components/Icon";
import { Link } from "../components/Link";
import { route } from "../navigation";
import { t } from "../texts";
import { Nav } from "./Nav";
import { PaymentStrip } from "./PaymentStrip";
import { TestStrip } from "./TestStrip";

/** What stands around every page: the bar above, the test strip, the navigation. */
export function Shell({ me, children }: { me: Me; children: ComponentChildren }) {
  const { shell, common } = t();
  const main = useRef<HTMLElement>(null);
  const { page } = route.value;
  const isFirst = useRef(true);
  useEffect(() => {
    // A change of page without a load leaves the focus on a link that is gone.
    if (!isFirst.current) main.current?.focus({ preventScroll: true });
    isFirst.current = false;
    if (page !== "live") scrollTo(0, 0);
  }, [page]);
  return (
    <div class={page === "live" ? "shell shell--live" : "shell"}>
      <a class="skip" href="#content">
        {common.skip}
      </a>
      <header class="bar">
        <Link to={{ page: "shows" }} class="bar__shop">
          <span class="bar__mark" aria-hidden="true">
            {me.shop.name.slice(0, 1)}
          </span>
          <span class="bar__name">{me.shop.name}</span>
        </Link>
        <Nav />
        <div class="bar__end">
          <LangSwitch />
          <a
            class="icon-button"
            href="/"
            target="_blank"
            rel="noopener"
            aria-label={`${shell.storefront} (${common.openInNewTab})`}
            title={shell.storefront}
          >
            <Icon name="open" />
          </a>
        </div>
      </header>
      <div class="strips">
        <PaymentStrip />
        {me.shop.is_test && <TestStrip />}
      </div>
      <main id="content" ref={main} class="main" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
