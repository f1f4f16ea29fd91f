import type { OrderLine } from "../../lib/types";
import { CheckField } from "../components/CheckField";
import { SelectField } from "../components/SelectField";
import { fieldText, t } from "../texts";
import { restockable } from "./refundForm";

type Props = {
  line: OrderLine;
  /** Pieces that go back on sale; 0 when the line is not ticked. */
  units: number;
  error: string | null;
  onChange: (units: number) => void;
};

/** Whether pieces of a line go back on sale, and how many where there are several. */
export function RestockField({ line, units, error, onChange }: Props) {
  const words = t().orders.refund;
  const max = restockable(line);
  if (max === 0) return null;
  const title = line.variant_title === "" ? line.title : `${line.title}, ${line.variant_title}`;
  const counts = Array.from({ length: max }, (_, place) => String(place + 1));
  return (
    <div class="restock__line">
      <CheckField
        label={title}
        isChecked={units > 0}
        onChange={(isChecked) => onChange(isChecked ? max : 0)}
      />
      {units > 0 && max > 1 && (
        <SelectField
          label={words.restockUnits(title)}
          isLabelHidden
          value={String(units)}
          options={counts.map((value) => ({
            value,
            label: t().orders.units(Number(value)),
          }))}
          onChange={(value) => onChange(Number(value))}
        />
      )}
      {error !== null && (
        <p class="field__error" role="alert">
          {fieldText(error)}
        </p>
      )}
    </div>
  );
}
