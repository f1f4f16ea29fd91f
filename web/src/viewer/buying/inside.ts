/** What is loaded when somebody is about to buy, in one file. */
export { BagFoot } from "../bag/BagFoot";
export { BagView } from "../bag/BagView";
export { ShipTo } from "../delivery/ShipTo";
