import { useEffect } from "preact/hooks";
import { Icon } from "../components/Icon";
import { Link } from "../components/Link";
import { pause, watchPause } from "../pause";
import { t } from "../texts";

/** Says on every page that nothing is sold at the moment, and where to mend it. */
export function PauseStrip() {
  useEffect(watchPause, []);
  const { payments } = t();
  if (pause.value === null) return null;
  return (
    <p class="pause-strip" role="alert">
      <Icon name="warning" />
      <span>
        <strong>{payments.pauseTitle}</strong>{" "}
        <span class="pause-strip__text">{payments.pauseReasons[pause.value.reason]}</span>
      </span>
      <Link to={{ page: "payments" }}>{payments.pauseAction}</Link>
    </p>
  );
}
