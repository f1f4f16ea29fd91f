import type { CheckOutcome, Finding } from "../../../lib/types";
import { Icon, type IconName } from "../../components/Icon";
import { dateTime, t } from "../../texts";

const ICONS: Record<CheckOutcome, IconName> = {
  ok: "check",
  warning: "warning",
  failed: "close",
  skipped: "slow",
};

/** What was looked at, how it is, and what to do about it. */
export function FindingRow({ finding }: { finding: Finding }) {
  const { payments } = t();
  const { check, outcome, code } = finding;
  return (
    <li class={`finding finding--${outcome}`}>
      <span class="finding__mark">
        <Icon name={ICONS[outcome]} />
        <span class="visually-hidden">{payments.outcomes[outcome]}</span>
      </span>
      <div class="finding__words">
        <p class="finding__title">{payments.checks[check]}</p>
        {outcome !== "ok" && outcome !== "skipped" && <p>{payments.findings[code]}</p>}
        <Values finding={finding} />
      </div>
    </li>
  );
}

/** Names that belong to a finding: missing events, another currency, the time of the last event. */
function Values({ finding: { check, code, values } }: { finding: Finding }) {
  const { payments } = t();
  const [first] = values;
  if (first === undefined) return null;
  if (check === "key") {
    const mode = first === "live" ? "live" : "test";
    return <p class="is-soft">{payments.mode[mode]}</p>;
  }
  if (check === "last_event") return <p class="is-soft">{dateTime(first)}</p>;
  if (code === "fine") return null;
  return (
    <p class="finding__values">
      {values.map((value) => (
        <code key={value}>{value}</code>
      ))}
    </p>
  );
}
