/** Says what is in an order on one line. */
import type { OrderLine, OrderSummary } from "../../lib/types";

export function lineText(line: OrderLine): string {
  const name = line.variant_title === "" ? line.title : `${line.title}, ${line.variant_title}`;
  return line.units === 1 ? name : `${line.units} × ${name}`;
}

export function itemsText(order: OrderSummary): string {
  return order.lines.map(lineText).join(" · ");
}
