/** Built to `/embed.js`, a plain script that other sites load; it makes `<vetrina-show>` known. */
import { defineShow } from "./embed/element";

// Read at once: no later moment of a script knows where it came from, and a module never does.
const { src } = document.currentScript as HTMLScriptElement;
defineShow(new URL(src).origin);
