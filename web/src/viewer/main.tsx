/** Starts the page that the address asks for; links between pages are plain links. */
import { render } from "preact";
import "../ui/tokens.css";
import "../ui/base.css";
import "../ui/controls.css";
import "../ui/sheet.css";
import "./styles/screen.css";
import "./styles/overlay.css";
import "./styles/notices.css";
import "./styles/side.css";
import "./styles/chat.css";
import "./styles/composer.css";
import "./styles/products.css";
import "./styles/offers.css";
import "./styles/product-sheet.css";
import "./styles/bag.css";
import "./styles/questions.css";
import "./styles/checkout.css";
import "./styles/pages.css";
import { ShowPage } from "./show/ShowPage";
import { StorefrontPage } from "./storefront/StorefrontPage";

const slug = /^\/show\/([^/]+)\/?$/.exec(location.pathname)?.[1];
const root = document.getElementById("app");
if (root) render(slug ? <ShowPage slug={decodeURIComponent(slug)} /> : <StorefrontPage />, root);
