import type { ShowStatus } from "../../lib/types";
import { common } from "../../ui/lang";

export function ShowStatusChip({ status }: { status: ShowStatus }) {
  return <span class={`chip chip--${status}`}>{common.value.showStatus[status]}</span>;
}
