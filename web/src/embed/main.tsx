/** Starts a show inside a page of another site; opened by itself it is the show's own page. */
import { render } from "preact";
import "../viewer/styles";
import "./embed.css";
import { EmbedPage } from "./EmbedPage";
import { createLink, originIn } from "./link";
import { createEmbedModel } from "./model";
import { watchModel } from "./watch";

const slug = decodeURIComponent(/^\/embed\/show\/([^/]+)/.exec(location.pathname)?.[1] ?? "");
const root = document.getElementById("app");

if (window.parent === window) {
  location.replace(`/show/${encodeURIComponent(slug)}`);
} else if (root) {
  const link = createLink(window.parent, originIn(location.search));
  const model = createEmbedModel(slug, location.search, link);
  watchModel(model, link);
  // Before the sheets hear of it: what is open in here closes first.
  const press = ({ key }: KeyboardEvent) => {
    if (key === "Escape" && !document.querySelector("dialog[open]")) link.send("close", {});
  };
  addEventListener("keydown", press, true);
  render(<EmbedPage model={model} onOpen={() => link.send("open", {})} />, root);
}
