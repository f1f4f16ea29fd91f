/** Starts the page that is laid over a picture; its key stands behind the `#` and stays there. */
import { render } from "preact";
import "../ui/tokens.css";
import "./overlay.css";
import { OverlayPage } from "./OverlayPage";
import { readKey, readOptions } from "./options";
import { createOverlayStore } from "./store";

const show = /^\/overlay\/([^/]+)\/?$/.exec(location.pathname)?.[1] ?? "current";
const options = readOptions(location.search);
const store = createOverlayStore({
  show: decodeURIComponent(show),
  key: readKey(location.hash),
  pageUrl: location.href,
});
const { style, dataset } = document.documentElement;
dataset.position = options.position;
dataset.theme = options.theme;
style.setProperty("--scale", String(options.scale));
style.setProperty("--x", String(options.x));
style.setProperty("--y", String(options.y));
const root = document.getElementById("app");
if (root) render(<OverlayPage store={store} options={options} />, root);
