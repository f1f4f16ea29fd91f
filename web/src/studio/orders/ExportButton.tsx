import { useState } from "preact/hooks";
import { lang } from "../../ui/lang";
import type { OrderQuery } from "../api";
import * as api from "../api";
import { Icon } from "../components/Icon";
import { t } from "../texts";
import { perform } from "../toaster";

/** Saves the orders that are listed as a file for spreadsheets, in the way the member's country writes numbers. */
export function ExportButton({ query }: { query: OrderQuery }) {
  const { orders } = t();
  const [isBusy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    await perform(async () => {
      const separator = lang.value === "it" ? "semicolon" : "comma";
      saveAs(await api.exportOrders(query, separator), `${orders.fileName}.csv`);
    });
    setBusy(false);
  };
  return (
    <button type="button" class="button" disabled={isBusy} onClick={save}>
      <Icon name="download" />
      {isBusy ? orders.exporting : orders.export}
    </button>
  );
}

function saveAs(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
