import type { Pager } from "../pager";
import { problemText, t } from "../texts";

/** The end of a paged list: the button for more, or why the next page did not come. */
export function LoadMore<T extends { id: string }>({ pager }: { pager: Pager<T> }) {
  const problem = pager.problem.value;
  if (!pager.hasMore.value) return null;
  return (
    <div class="more">
      {problem !== null && (
        <p class="field__error" role="alert">
          {problemText(problem)}
        </p>
      )}
      <button
        type="button"
        class="button"
        aria-disabled={pager.isLoadingMore.value}
        onClick={() => pager.more()}
      >
        {pager.isLoadingMore.value ? t().common.loadingMore : t().common.more}
      </button>
    </div>
  );
}
