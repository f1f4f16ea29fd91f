import { useEffect, useMemo } from "preact/hooks";
import type { OrderStatus, ShowSummary } from "../../lib/types";
import { common } from "../../ui/lang";
import * as api from "../api";
import { SelectField } from "../components/SelectField";
import { Pager } from "../pager";
import { t } from "../texts";

/** In the order of an order's life. */
const STATUSES: readonly OrderStatus[] = [
  "reserved",
  "open",
  "processing",
  "releasing",
  "paid",
  "shipped",
  "expired",
  "failed",
  "create_failed",
  "refund_due",
  "refunded",
];

type Props = {
  status: OrderStatus | null;
  showId: string | null;
  onStatus: (status: OrderStatus | null) => void;
  onShow: (showId: string | null) => void;
};

/** Narrows orders by status and show. */
export function OrderFilter({ status, showId, onStatus, onShow }: Props) {
  const { orders } = t();
  const shows = useMemo(() => new Pager<ShowSummary>(api.listShows), []);
  useEffect(() => {
    void shows.load();
    return () => shows.stop();
  }, [shows]);
  const statuses: { value: OrderStatus | ""; label: string }[] = [
    { value: "", label: orders.allStatuses },
    ...STATUSES.map((value) => ({ value, label: common.value.orderStatus[value] })),
  ];
  const sold = shows.items.value.filter((show) => show.status !== "draft");
  return (
    <div class="toolbar">
      <SelectField
        label={orders.status}
        value={status ?? ""}
        options={statuses}
        onChange={(value) => onStatus(value === "" ? null : value)}
      />
      <SelectField
        label={orders.show}
        value={showId ?? ""}
        options={[
          { value: "", label: orders.allShows },
          ...sold.map(({ id, title }) => ({ value: id, label: title })),
        ]}
        onChange={(value) => onShow(value === "" ? null : value)}
      />
    </div>
  );
}
