import { t } from "../texts";

/** Grey rows in the place of what is coming; the words are for those who do not see them. */
export function Loading({ rows = 5 }: { rows?: number }) {
  return (
    <div class="skeleton" role="status">
      <span class="visually-hidden">{t().common.loading}</span>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} class="skeleton__row" aria-hidden="true" />
      ))}
    </div>
  );
}
