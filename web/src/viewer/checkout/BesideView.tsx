/** The reservation while it is paid beside the video; all of it is loaded only when somebody does. */
import { useEffect, useState } from "preact/hooks";
import { texts } from "../texts";
import type { EmbeddedView, EmbeddedViewProps } from "./EmbeddedView";
import { PayFailed } from "./PayFailed";

type Loaded = { View: typeof EmbeddedView } | "loading" | "failed";

export function BesideView(props: EmbeddedViewProps) {
  const [loaded, setLoaded] = useState<Loaded>("loading");
  useEffect(() => {
    import("./EmbeddedView").then(
      (part) => setLoaded({ View: part.EmbeddedView }),
      () => setLoaded("failed"),
    );
  }, []);
  if (loaded === "failed") return <PayFailed onElsewhere={props.onElsewhere} />;
  if (loaded !== "loading") return <loaded.View {...props} />;
  return (
    <p class="preparing" role="status">
      <span class="spinner" /> {texts.value.preparingPayment}
    </p>
  );
}
