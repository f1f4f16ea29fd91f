/** Starts the buyer's page of an order; the last part of the address is the secret that opens it. */
import { render } from "preact";
import "../ui/tokens.css";
import "../ui/base.css";
import "../ui/controls.css";
import "./order.css";
import { OrderPage } from "./OrderPage";

const token = /^\/order\/([^/]+)\/?$/.exec(location.pathname)?.[1] ?? "";
const root = document.getElementById("app");
if (root) render(<OrderPage token={token} />, root);
