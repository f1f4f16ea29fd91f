/** The studio's entry: styles, session, and the one component at the top. */
import "@preact/signals";
import { render } from "preact";
import "../ui/tokens.css";
import "../ui/base.css";
import "../ui/controls.css";
import "./styles/controls.css";
import "./styles/fields.css";
import "./styles/marks.css";
import "./styles/dialogs.css";
import "./styles/states.css";
import "./styles/shell.css";
import "./styles/pages.css";
import "./styles/tables.css";
import "./styles/facts.css";
import "./styles/imports.css";
import "./styles/lineup.css";
import "./styles/catalogue.css";
import "./styles/live.css";
import "./styles/stage.css";
import "./styles/panes.css";
import "./styles/live-desk.css";
import "./styles/live-phone.css";
import "./styles/chat.css";
import "./styles/sales.css";
import { App } from "./App";

const root = document.getElementById("app");
if (root !== null) render(<App />, root);
