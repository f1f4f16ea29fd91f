import { useEffect, useMemo, useState } from "preact/hooks";
import type { EmbedSettings } from "../../lib/types";
import * as api from "../api";
import { Loaded } from "../components/Loaded";
import { PageHead } from "../components/PageHead";
import { Resource } from "../pager";
import { SitesForm } from "../settings/embed/SitesForm";
import { SnippetPanel } from "../settings/embed/SnippetPanel";
import { embeddingTexts } from "../settings/embed/texts";

/** Where shows may be embedded, and the code that does it. */
export function EmbedPage() {
  const words = embeddingTexts.value;
  const resource = useMemo(() => new Resource<EmbedSettings>(api.getEmbedSettings), []);
  const [saved, setSaved] = useState<EmbedSettings | null>(null);
  useEffect(() => {
    void resource.load();
    return () => resource.stop();
  }, [resource]);
  return (
    <div class="page page--form">
      <PageHead title={words.title} text={words.text} back={{ page: "settings" }} />
      <Loaded resource={resource}>
        {(settings) => (
          <>
            <SitesForm settings={settings} onSaved={setSaved} />
            <SnippetPanel hasSites={(saved ?? settings).sites.length > 0} />
          </>
        )}
      </Loaded>
    </div>
  );
}
