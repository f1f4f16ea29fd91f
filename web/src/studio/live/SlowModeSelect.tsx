import { useId } from "preact/hooks";
import { Icon } from "../components/Icon";
import { t } from "../texts";
import { type Host, SLOW_STEPS } from "./host";

/** How long viewers wait between two messages. */
export function SlowModeSelect({ host, secs }: { host: Host; secs: number }) {
  const words = t().chat;
  const id = useId();
  const steps = [...new Set([...SLOW_STEPS, secs])].sort((a, b) => a - b);
  return (
    <div class={secs > 0 ? "slow slow--on" : "slow"} title={`${words.slowMode} (S)`}>
      <Icon name="slow" />
      <label class="visually-hidden" for={id}>
        {words.slowMode}
      </label>
      <select
        id={id}
        value={String(secs)}
        onChange={(event) => host.putSlowMode(Number(event.currentTarget.value))}
      >
        {steps.map((step) => (
          <option key={step} value={String(step)}>
            {step === 0 ? `${words.slowMode}: ${words.slowOff}` : words.slowSecs(step)}
          </option>
        ))}
      </select>
    </div>
  );
}
