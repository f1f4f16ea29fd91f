import { useEffect, useMemo } from "preact/hooks";
import * as api from "../api";
import { Loaded } from "../components/Loaded";
import { PageHead } from "../components/PageHead";
import { guardUnsaved } from "../navigation";
import { Resource } from "../pager";
import { CheckoutForm } from "../settings/checkout/CheckoutForm";
import { CheckoutEditor } from "../settings/checkout/store";
import { t } from "../texts";

/** Shipping, and what buyers are asked at checkout. */
export function CheckoutPage() {
  const { checkout: words } = t();
  const resource = useMemo(
    () => new Resource(async (signal) => new CheckoutEditor(await api.getCheckoutSettings(signal))),
    [],
  );
  useEffect(() => {
    void resource.load();
    return () => resource.stop();
  }, [resource]);
  useEffect(() => guardUnsaved(() => resource.value.value?.isDirty.value ?? false), [resource]);
  return (
    <div class="page page--form">
      <PageHead title={words.title} text={words.text} back={{ page: "settings" }} />
      <Loaded resource={resource}>{(editor) => <CheckoutForm editor={editor} />}</Loaded>
    </div>
  );
}
