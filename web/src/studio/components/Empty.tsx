import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./Icon";

type Props = { icon: IconName; title: string; text: string; children?: ComponentChildren };

/** Says what would be here and offers one thing to do. */
export function Empty({ icon, title, text, children }: Props) {
  return (
    <div class="state">
      <span class="state__icon">
        <Icon name={icon} />
      </span>
      <h2 class="state__title">{title}</h2>
      <p class="state__text">{text}</p>
      {children}
    </div>
  );
}
