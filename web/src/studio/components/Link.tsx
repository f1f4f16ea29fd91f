import type { ComponentChildren } from "preact";
import { go } from "../navigation";
import { pathOf, type Route } from "../router";

type Props = {
  to: Route;
  class?: string;
  label?: string;
  isCurrent?: boolean;
  children: ComponentChildren;
};

/** A real link, so that the middle button and "copy address" work; a plain click stays in the page. */
export function Link({ to, class: className, label, isCurrent, children }: Props) {
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
      return;
    event.preventDefault();
    go(to);
  };
  return (
    <a
      href={pathOf(to)}
      class={className}
      aria-label={label}
      aria-current={isCurrent ? "page" : undefined}
      onClick={follow}
    >
      {children}
    </a>
  );
}
