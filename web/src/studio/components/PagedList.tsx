import type { ComponentChildren } from "preact";
import type { Pager } from "../pager";
import { Failed } from "./Failed";
import { Loading } from "./Loading";
import { LoadMore } from "./LoadMore";

type Props<T extends { id: string }> = {
  pager: Pager<T>;
  empty: ComponentChildren;
  children: (items: readonly T[]) => ComponentChildren;
};

/** Chooses between loading, failed, empty and the list itself. */
export function PagedList<T extends { id: string }>({ pager, empty, children }: Props<T>) {
  const items = pager.items.value;
  const problem = pager.problem.value;
  const status = pager.status.value;
  if (status === "loading" && items.length === 0) return <Loading />;
  if (status === "failed" && items.length === 0 && problem !== null) {
    return <Failed problem={problem} onRetry={() => pager.load()} />;
  }
  if (items.length === 0) return <>{empty}</>;
  return (
    <div
      aria-busy={status === "loading"}
      class={status === "loading" ? "is-refreshing" : undefined}
    >
      {children(items)}
      <LoadMore pager={pager} />
    </div>
  );
}
