import { useEffect, useMemo } from "preact/hooks";
import type { LegalView } from "../../lib/types";
import { lang } from "../../ui/lang";
import * as api from "../api";
import { Loaded } from "../components/Loaded";
import { PageHead } from "../components/PageHead";
import { Resource } from "../pager";
import { RetentionPanel } from "../privacy/RetentionForm";
import { LegalForm } from "../settings/LegalForm";
import { t } from "../texts";

const PAGES = ["seller", "terms", "withdrawal", "privacy"] as const;

/** Who sells under which terms, with the way to the pages that buyers see. */
export function LegalPage({ slug }: { slug: string }) {
  const { legal: words } = t();
  const resource = useMemo(() => new Resource<LegalView>(api.getLegal), []);
  useEffect(() => {
    void resource.load();
    return () => resource.stop();
  }, [resource]);
  return (
    <div class="page page--form">
      <PageHead title={words.title} text={words.text} back={{ page: "settings" }} />
      <nav class="legal-pages" aria-label={words.pages}>
        {PAGES.map((page) => (
          <a
            key={page}
            class="button is-small"
            href={`/legal/${page}?shop=${slug}&lang=${lang.value}`}
            target="_blank"
            rel="noopener"
          >
            {words.seePage[page]}
          </a>
        ))}
      </nav>
      <Loaded resource={resource}>
        {(view) => <LegalForm view={view} onSaved={(saved) => resource.set(saved)} />}
      </Loaded>
      <RetentionPanel />
    </div>
  );
}
