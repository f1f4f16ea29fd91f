import type { ApiProblem } from "../../lib/problem";
import { problemText, t } from "../texts";
import { Icon } from "./Icon";

/** Says what did not load and why, with the way to try again. */
export function Failed({ problem, onRetry }: { problem: ApiProblem; onRetry: () => void }) {
  return (
    <div class="state state--failed" role="alert">
      <span class="state__icon">
        <Icon name="warning" />
      </span>
      <h2 class="state__title">{t().common.failedTitle}</h2>
      <p class="state__text">{problemText(problem)}</p>
      <button type="button" class="button" onClick={onRetry}>
        <Icon name="redo" />
        {t().common.retry}
      </button>
    </div>
  );
}
