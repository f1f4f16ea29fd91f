/** How far people went with each product, each step beside the one before. */
import { useMemo } from "preact/hooks";
import type { ShowFigures } from "../../lib/types";
import { Icon } from "../components/Icon";
import { count } from "../texts";
import { funnelOf, STEPS, type Step } from "./funnel";
import { figureTexts, percent } from "./texts";

export function FunnelTable({ figures }: { figures: ShowFigures }) {
  const text = figureTexts.value;
  const { viewers } = figures.totals;
  const { rows, medians } = useMemo(() => funnelOf(figures.products, viewers), [figures, viewers]);
  if (rows.length === 0) return <p class="funnel__none">{text.empty}</p>;
  return (
    <table class="funnel">
      <caption class="visually-hidden">{text.funnel}</caption>
      <thead>
        <tr>
          <th scope="col">
            {text.product} <small class="numeric">{text.viewers(viewers, count(viewers))}</small>
          </th>
          {STEPS.map((name) => {
            const middle = medians[name];
            return (
              <th key={name} scope="col">
                {text.steps[name]}
                {middle !== null && <small class="numeric">{text.median(percent(middle))}</small>}
              </th>
            );
          })}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ product, steps }) => (
          <tr key={product.product_id} class={product.was_shown ? undefined : "funnel__unshown"}>
            <th scope="row">
              <span class="funnel__title">{product.title}</span>
              {!product.was_shown && <small>{text.notShown}</small>}
            </th>
            {steps.map((step) => (
              <StepCell key={step.name} step={step} of={viewers} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function StepCell({ step, of }: { step: Step; of: number }) {
  const width = of > 0 ? Math.min(100, (step.count / of) * 100) : 0;
  return (
    <td class={step.isBelow ? "funnel__step funnel__step--below" : "funnel__step"}>
      <span class="funnel__bar" style={{ inlineSize: `${width}%` }} aria-hidden="true" />
      <span class="numeric">
        <strong>{count(step.count)}</strong> {step.rate !== null && percent(step.rate)}
      </span>
      {step.isBelow && (
        <small class="funnel__below">
          <Icon name="down" />
          {figureTexts.value.below}
        </small>
      )}
    </td>
  );
}
