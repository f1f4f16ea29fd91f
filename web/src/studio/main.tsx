/** The studio's entry: styles, session, and the one component at the top. */
import "@preact/signals";
import { render } from "preact";
import "../ui/tokens.css";
import "../ui/base.css";
import "../ui/controls.css";
import "./styles/controls.css";
import "./styles/shell.css";
import "./styles/pages.css";
import "./styles/catalogue.css";
import "./styles/live.css";
import "./styles/chat.css";
import "./styles/sales.css";
import "./styles/orders.css";
import { App } from "./App";

const root = document.getElementById("app");
if (root !== null) render(<App />, root);
