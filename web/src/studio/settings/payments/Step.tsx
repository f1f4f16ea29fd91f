import type { ComponentChildren } from "preact";
import { Icon } from "../../components/Icon";
import { t } from "../../texts";

/** Steps of each way. */
export const STEPS = 4;

type Props = {
  n: number;
  title: string;
  isDone: boolean;
  /** Greys out what cannot be done before the steps above. */
  isReady?: boolean;
  children: ComponentChildren;
};

/** One step: its number or a tick, what it is, what to do. */
export function Step({ n, title, isDone, isReady = true, children }: Props) {
  const { payments } = t();
  return (
    <li class={isReady ? "pay-step" : "pay-step is-waiting"}>
      <span class={isDone ? "pay-step__mark is-done" : "pay-step__mark"} aria-hidden="true">
        {isDone ? <Icon name="check" /> : n}
      </span>
      <div class="pay-step__body">
        <h3 class="pay-step__title">
          <span class="visually-hidden">
            {payments.stepOf(n, STEPS)}
            {isDone && `, ${payments.done}`}:{" "}
          </span>
          {title}
        </h3>
        {children}
      </div>
    </li>
  );
}
