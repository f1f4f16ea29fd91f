import { t } from "../texts";
import { keepToasts, queue, undo } from "../toaster";
import type { Toast } from "../toasts";
import { Icon } from "./Icon";

/**
 * The notices; read out politely, errors at once.
 *
 * Only their buttons take clicks: what lies under the words stays usable.
 */
export function Toaster() {
  const toasts = queue.toasts.value;
  return (
    <section class="toaster" aria-label={t().common.notices}>
      <div role="status">{toasts.filter((toast) => toast.tone === "info").map(renderToast)}</div>
      <div role="alert">{toasts.filter((toast) => toast.tone === "error").map(renderToast)}</div>
    </section>
  );
}

function renderToast(toast: Toast) {
  return (
    <div key={toast.id} class={`toast toast--${toast.tone}`}>
      <span class="toast__text">{toast.text}</span>
      {toast.undo !== null && (
        <button
          type="button"
          class="toast__undo"
          onPointerMove={keepToasts}
          onClick={() => undo(toast.id)}
        >
          {t().common.undo}
        </button>
      )}
      <button
        type="button"
        class="toast__close"
        aria-label={t().common.dismiss}
        onClick={() => queue.dismiss(toast.id)}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
