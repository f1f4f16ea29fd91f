import { count, t } from "../texts";
import { linePoints, peakOf, type ViewerSample } from "./samples";

/** Viewers over the last half hour, as far as this screen was open. */
export function ViewersLine({ samples }: { samples: readonly ViewerSample[] }) {
  const words = t().sales;
  const points = linePoints(samples, 200, 36);
  return (
    <figure class="viewers-line">
      <figcaption>
        {words.lastMinutes} <span class="numeric">{words.peak(count(peakOf(samples)))}</span>
      </figcaption>
      <svg viewBox="0 -2 200 40" preserveAspectRatio="none" aria-hidden="true">
        <line class="viewers-line__base" x1="0" y1="36" x2="200" y2="36" />
        {points !== "" && (
          <>
            <polygon class="viewers-line__area" points={`0,36 ${points} 200,36`} />
            <polyline class="viewers-line__line" points={points} />
          </>
        )}
      </svg>
    </figure>
  );
}
