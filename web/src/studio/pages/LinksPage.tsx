import { useEffect, useMemo, useState } from "preact/hooks";
import type { Link, LinkSource } from "../../lib/types";
import * as api from "../api";
import { Empty } from "../components/Empty";
import { Icon } from "../components/Icon";
import { PagedList } from "../components/PagedList";
import { PageHead } from "../components/PageHead";
import { SelectField } from "../components/SelectField";
import { Tabs } from "../components/Tabs";
import { LinkDialog } from "../links/LinkDialog";
import { LinkTable } from "../links/LinkTable";
import { NewLinkDialog } from "../links/NewLinkDialog";
import { OverlayPanel } from "../links/OverlayPanel";
import { linkTexts, sourceOptions } from "../links/texts";
import { Pager } from "../pager";
import { tell } from "../toaster";

type Kind = "all" | "own" | "overlay";

const KINDS: readonly Kind[] = ["all", "own", "overlay"];

/** The shop's links with what they brought, and the overlays that show some of them. */
export function LinksPage() {
  const words = linkTexts.value;
  const [kind, setKind] = useState<Kind>("all");
  const [source, setSource] = useState<LinkSource | "">("");
  const [isMaking, setMaking] = useState(false);
  const [open, setOpen] = useState<Link | null>(null);
  const pager = useMemo(() => {
    const query = {
      source: source === "" ? null : source,
      is_overlay: kind === "all" ? null : kind === "overlay",
    };
    return new Pager<Link>((cursor, signal) => api.listLinks(query, cursor, signal));
  }, [kind, source]);
  useEffect(() => {
    void pager.load();
    return () => pager.stop();
  }, [pager]);
  const isNarrowed = kind !== "all" || source !== "";
  const showAll = () => {
    setKind("all");
    setSource("");
  };
  const made = (link: Link) => {
    setMaking(false);
    setOpen(link);
    tell(words.made);
    void pager.load();
  };
  return (
    <div class="page page--wide">
      <PageHead title={words.title} text={words.text}>
        <button type="button" class="button is-primary" onClick={() => setMaking(true)}>
          <Icon name="add" />
          {words.make}
        </button>
      </PageHead>
      <div class="toolbar">
        <Tabs
          label={words.kind}
          value={kind}
          options={KINDS.map((value) => ({ value, label: words.kinds[value] }))}
          onChange={setKind}
        />
        <SelectField
          label={words.source}
          isLabelHidden
          value={source}
          options={[{ value: "", label: words.everySource }, ...sourceOptions()]}
          onChange={setSource}
        />
      </div>
      <PagedList
        pager={pager}
        empty={
          isNarrowed ? (
            <Empty icon="search" title={words.noMatchTitle} text={words.noMatchText}>
              <button type="button" class="button" onClick={showAll}>
                {words.showAll}
              </button>
            </Empty>
          ) : (
            <Empty icon="link" title={words.emptyTitle} text={words.emptyText}>
              <button type="button" class="button is-primary" onClick={() => setMaking(true)}>
                {words.make}
              </button>
            </Empty>
          )
        }
      >
        {(items) => <LinkTable links={items} onOpen={setOpen} />}
      </PagedList>
      <OverlayPanel />
      <NewLinkDialog isOpen={isMaking} onClose={() => setMaking(false)} onMade={made} />
      <LinkDialog
        link={open}
        onClose={() => setOpen(null)}
        onChange={(changed) => {
          setOpen(changed);
          void pager.load();
        }}
      />
    </div>
  );
}
