import type { ComponentChildren } from "preact";
import type { Resource } from "../pager";
import { Failed } from "./Failed";
import { Loading } from "./Loading";

type Props<T> = { resource: Resource<T>; children: (value: T) => ComponentChildren };

/** Chooses between loading, failed and the thing itself. */
export function Loaded<T>({ resource, children }: Props<T>) {
  const value = resource.value.value;
  const problem = resource.problem.value;
  if (value !== null) return <>{children(value)}</>;
  if (problem !== null) return <Failed problem={problem} onRetry={() => resource.load()} />;
  return <Loading />;
}
