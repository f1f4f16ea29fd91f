/** Starts the page that the address asks for; links between pages are plain links. */
import { render } from "preact";
import "./styles";
import { createShowModel } from "./show/model";
import { ShowPage } from "./show/ShowPage";
import { StorefrontPage } from "./storefront/StorefrontPage";

const slug = /^\/show\/([^/]+)\/?$/.exec(location.pathname)?.[1];
const root = document.getElementById("app");
if (root) {
  const model = slug && createShowModel(decodeURIComponent(slug), location.search);
  render(model ? <ShowPage model={model} /> : <StorefrontPage />, root);
}
