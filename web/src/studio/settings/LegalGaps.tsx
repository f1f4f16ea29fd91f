import type { LegalView } from "../../lib/types";
import { list, t } from "../texts";

/** What buyers are not told yet, or that nothing is missing. */
export function LegalGaps({ view }: { view: LegalView }) {
  const { legal: words } = t();
  if (view.missing.length === 0) return <p class="note note--good">{words.complete}</p>;
  const gaps = list(view.missing.map((gap) => words.gaps[gap]));
  return (
    <div class="note">
      <strong>{words.missingTitle}</strong>
      <p>{words.missingText(gaps)}</p>
      {!view.informs_buyers && <p>{words.uninformed}</p>}
    </div>
  );
}
