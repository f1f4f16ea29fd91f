/** Axe on every state that is drawn. */
import "./screens";
import "./states";
import "./states-money";
