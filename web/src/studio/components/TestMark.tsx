import { t } from "../texts";

/** Marks an order that was paid with test money. */
export function TestMark() {
  return (
    <abbr class="test-mark" title={t().orders.testHint}>
      {t().orders.test}
    </abbr>
  );
}
