import type { KeyMode } from "../../../lib/types";
import { dateTime, t } from "../../texts";
import { perform } from "../../toaster";
import { FindingRow } from "./FindingRow";
import { Step } from "./Step";
import type { PaymentStore } from "./store";

type Props = { store: PaymentStore; mode: KeyMode; isReady: boolean };

/** The check and everything that it found, each with what to do. */
export function CheckStep({ store, mode, isReady }: Props) {
  const words = t().payments.checkStep;
  const report = store.reports.value[mode];
  const verifiedAt = store.keysOf(mode)?.verified_at ?? null;
  const isRunning = store.task.value === "check";
  const failed = report?.findings.filter((finding) => finding.outcome === "failed").length ?? 0;
  return (
    <Step n={2} title={words.title} isDone={verifiedAt !== null} isReady={isReady}>
      <p class="is-soft">{words.text}</p>
      {isReady && (
        <>
          <div class="pay-step__row">
            <p role="status">
              {report === undefined
                ? verifiedAt === null
                  ? words.never
                  : words.passedAt(dateTime(verifiedAt))
                : report.is_passed
                  ? words.passed
                  : words.failed(failed)}
            </p>
            <button
              type="button"
              class="button is-small"
              disabled={store.task.value !== null}
              onClick={() => perform(() => store.check(mode))}
            >
              {isRunning ? words.running : words.run}
            </button>
          </div>
          {report !== undefined && (
            <ul class="findings" aria-busy={isRunning}>
              {report.findings.map((finding) => (
                <FindingRow key={finding.check} finding={finding} />
              ))}
            </ul>
          )}
        </>
      )}
    </Step>
  );
}
