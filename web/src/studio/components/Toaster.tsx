import { t } from "../texts";
import { holdToasts, queue, undo } from "../toaster";
import type { Toast } from "../toasts";
import { Icon } from "./Icon";

/** The notices in their corner; read out politely, errors at once. */
export function Toaster() {
  const toasts = queue.toasts.value;
  return (
    <section
      class="toaster"
      aria-label={t().common.notices}
      onPointerEnter={() => holdToasts(true)}
      onPointerLeave={() => holdToasts(false)}
      onFocusIn={() => holdToasts(true)}
      onFocusOut={() => holdToasts(false)}
    >
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
        <button type="button" class="toast__undo" onClick={() => undo(toast.id)}>
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
