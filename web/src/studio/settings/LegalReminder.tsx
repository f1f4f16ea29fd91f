import { useEffect, useMemo } from "preact/hooks";
import type { LegalView } from "../../lib/types";
import * as api from "../api";
import { Link } from "../components/Link";
import { Resource } from "../pager";
import { may } from "../session";
import { t } from "../texts";
import { LegalGaps } from "./LegalGaps";

/** Tells before a show what buyers would not be told; nothing once all is there. */
export function LegalReminder() {
  const isMine = may("settings");
  const resource = useMemo(() => new Resource<LegalView>(api.getLegal), []);
  useEffect(() => {
    if (isMine) void resource.load();
    return () => resource.stop();
  }, [resource, isMine]);
  const view = resource.value.value;
  if (!isMine || view === null || view.missing.length === 0) return null;
  return (
    <aside class="legal-reminder" aria-label={t().legal.missingTitle}>
      <LegalGaps view={view} />
      <Link to={{ page: "legal" }} class="button">
        {t().legal.open}
      </Link>
    </aside>
  );
}
