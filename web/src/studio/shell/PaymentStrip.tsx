import { useEffect } from "preact/hooks";
import type { PaymentAccount } from "../../lib/types";
import { Icon } from "../components/Icon";
import { Link } from "../components/Link";
import { payments, watchPayments } from "../payments";
import { t } from "../texts";

type News = { isPaused: boolean; title: string; text: string; action: string };

function newsOf(account: PaymentAccount | null): News | null {
  const words = t().payments;
  if (account === null) return null;
  const { pause, warnings } = account;
  const paused = { isPaused: true, title: words.pauseTitle, action: words.pauseAction };
  if (pause !== null) return { ...paused, text: words.pauseReasons[pause.reason] };
  if (warnings.includes("key_unreadable")) {
    return { ...paused, text: words.warnings.key_unreadable };
  }
  if (!warnings.includes("sandbox_in_public")) return null;
  const { publicTitle: title, publicText: text, open: action } = words;
  return { isPaused: false, title, text, action };
}

/** Says on every page that nothing is sold, or not for real money, and where to mend it. */
export function PaymentStrip() {
  useEffect(watchPayments, []);
  const news = newsOf(payments.value);
  if (news === null) return null;
  return (
    <p
      class={news.isPaused ? "pay-strip" : "pay-strip pay-strip--public"}
      role={news.isPaused ? "alert" : undefined}
    >
      <Icon name="warning" />
      <span>
        <strong>{news.title}</strong> <span class="pay-strip__text">{news.text}</span>
      </span>
      <Link to={{ page: "payments" }}>{news.action}</Link>
    </p>
  );
}
