/** Holds the aliases of `types.ts` against the types generated from the server's OpenAPI document. */
import type { components } from "./openapi";
import type * as ours from "./types";

type Theirs = components["schemas"];

/** The document calls a field optional where it may be null; the server always sends it. */
type Sent<T> = T extends (infer Item)[]
  ? Sent<Item>[]
  : T extends object
    ? { [Field in keyof T]-?: Sent<Exclude<T[Field], undefined>> }
    : T;

/** Compiles only while what the server sends fits what the pages read. */
type Fits<Theirs extends Read, Read> = Theirs;

export type Checked = [
  Fits<Sent<Theirs["Money"]>, ours.Money>,
  Fits<Sent<Theirs["ShopView"]>, ours.ShopView>,
  Fits<Sent<Theirs["Me"]>, ours.Me>,
  Fits<Sent<Theirs["TeamMember"]>, ours.TeamMember>,
  Fits<Sent<Theirs["Invitation"]>, ours.Invitation>,
  Fits<Sent<Theirs["MadeInvitation"]>, ours.MadeInvitation>,
  Fits<Sent<Theirs["InvitationPreview"]>, ours.InvitationPreview>,
  Fits<Sent<Theirs["ImageView"]>, ours.ImageView>,
  Fits<Sent<Theirs["VariantView"]>, ours.VariantView>,
  Fits<Sent<Theirs["ProductView"]>, ours.ProductView>,
  Fits<Sent<Theirs["Product"]>, ours.Product>,
  Fits<Sent<Theirs["ShowSummary"]>, ours.ShowSummary>,
  Fits<Sent<Theirs["ShowView"]>, ours.ShowView>,
  Fits<Sent<Theirs["Storefront"]>, ours.Storefront>,
  Fits<Sent<Theirs["Replay"]>, ours.Replay>,
  Fits<Sent<Theirs["ShowPage"]>, ours.ShowPage>,
  Fits<Sent<Theirs["NewViewer"]>, ours.NewViewer>,
  Fits<Sent<Theirs["Checkout"]>, ours.Checkout>,
  Fits<Sent<Theirs["OrderSummary"]>, ours.OrderSummary>,
  Fits<Sent<Theirs["Order"]>, ours.Order>,
  Fits<Sent<Theirs["BuyerOrder"]>, ours.BuyerOrder>,
  Fits<Sent<Theirs["ContactView"]>, ours.ContactView>,
  Fits<Sent<Theirs["CheckoutSettingsView"]>, ours.CheckoutSettingsView>,
  Fits<Sent<Theirs["EmbedSettings"]>, ours.EmbedSettings>,
  Fits<Sent<Theirs["Sales"]>, ours.Sales>,
  Fits<Sent<Theirs["ShowFigures"]>, ours.ShowFigures>,
  Fits<Sent<Theirs["Retention"]>, ours.Retention>,
  Fits<Sent<Theirs["ViewerErasure"]>, ours.ViewerErasure>,
  Fits<Sent<Theirs["BuyerErasure"]>, ours.BuyerErasure>,
  Fits<Sent<Theirs["ImportReport"]>, ours.ImportReport>,
  Fits<Sent<Theirs["PaymentAccountView"]>, ours.PaymentAccount>,
  Fits<Sent<Theirs["CheckReport"]>, ours.CheckReport>,
  Fits<Sent<Theirs["You"]>, ours.You>,
  Fits<Sent<Theirs["Link"]>, ours.Link>,
  Fits<Sent<Theirs["OverlayKey"]>, ours.OverlayKey>,
  Fits<Sent<Theirs["MadeOverlayKey"]>, ours.MadeOverlayKey>,
  Fits<Sent<Theirs["OverlayShow"]>, ours.OverlayShow>,
  Fits<Sent<Theirs["OverlayLink"]>, ours.OverlayLink>,
];
