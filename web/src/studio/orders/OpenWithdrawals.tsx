import { useEffect, useMemo } from "preact/hooks";
import type { OpenWithdrawals as Open } from "../../lib/types";
import * as api from "../api";
import { Link } from "../components/Link";
import { Resource } from "../pager";
import { date, money, t } from "../texts";

/** Withdrawals whose money has to go back, above the orders; nothing while there are none. */
export function OpenWithdrawals() {
  const { legal: words } = t();
  const resource = useMemo(() => new Resource<Open>(api.listOpenWithdrawals), []);
  useEffect(() => {
    void resource.load();
    return () => resource.stop();
  }, [resource]);
  const open = resource.value.value;
  if (open === null || open.items.length === 0) return null;
  return (
    <section class="note open-withdrawals" aria-labelledby="open-withdrawals-title">
      <h2 id="open-withdrawals-title">
        {words.openTitle(open.items.length)}
        {open.overdue > 0 && ` · ${words.overdueCount(open.overdue)}`}
      </h2>
      <ul>
        {open.items.map((item) => (
          <li key={item.id}>
            <Link to={{ page: "order", id: item.order_id }}>{item.number}</Link>{" "}
            {money(item.amount)} {words.refundBy(date(item.refund_due_at))}
          </li>
        ))}
      </ul>
    </section>
  );
}
