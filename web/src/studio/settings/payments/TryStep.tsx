import type { PaymentKeys } from "../../../lib/types";
import { Icon } from "../../components/Icon";
import { Link } from "../../components/Link";
import { dateTime, t } from "../../texts";
import { Step } from "./Step";

/** How to try everything once as a buyer. */
export function TryStep({ keys }: { keys: PaymentKeys | null }) {
  const { tryStep: words } = t().payments;
  const heardAt = keys?.last_event_at ?? null;
  return (
    <Step
      n={4}
      title={words.title}
      isDone={heardAt !== null}
      isReady={keys?.has_webhook_secret ?? false}
    >
      <p class="is-soft">{words.text}</p>
      {heardAt !== null && <p>{words.heard(dateTime(heardAt))}</p>}
      {keys !== null && (
        <div class="pay-step__actions">
          <a class="button is-small" href="/" target="_blank" rel="noopener">
            <Icon name="open" />
            {words.open}
          </a>
          <Link to={{ page: "orders" }} class="button is-small">
            {words.orders}
          </Link>
        </div>
      )}
    </Step>
  );
}
