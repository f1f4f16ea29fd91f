/** All styles of the show page, for the page itself and for the frame in which other sites show it. */
import "../../ui/tokens.css";
import "../../ui/base.css";
import "../../ui/controls.css";
import "../../ui/sheet.css";
import "./screen.css";
import "./overlay.css";
import "./notices.css";
import "./side.css";
import "./chat.css";
import "./composer.css";
import "./products.css";
import "./offers.css";
import "./product-sheet.css";
import "./bag.css";
import "./questions.css";
import "./checkout.css";
import "./pages.css";
