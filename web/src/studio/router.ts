/**
 * Turns paths of the studio into routes and back.
 *
 * Knows neither the browser's history nor any component; `navigation.ts` does.
 * Invariant: `parseRoute(pathOf(route))` is `route` again, for every route.
 */

export type Route =
  | { page: "shows" }
  | { page: "show-new" }
  | { page: "show-edit"; id: string }
  | { page: "live"; id: string }
  | { page: "products" }
  | { page: "product-new" }
  | { page: "product"; id: string }
  | { page: "import" }
  | { page: "orders" }
  | { page: "order"; id: string }
  | { page: "packing" }
  | { page: "links" }
  | { page: "settings" }
  | { page: "payments" }
  | { page: "checkout" }
  | { page: "embed" }
  | { page: "members" }
  | { page: "legal" }
  | { page: "sign-in" }
  | { page: "setup" }
  | { page: "invitation" }
  | { page: "missing" };

/** Reads a path such as `/studio/shows/01…/edit`; an unknown one is the route `missing`. */
export function parseRoute(path: string): Route {
  const parts = path.split("/").filter((part) => part !== "");
  const [root, section, id, action, ...rest] = parts;
  if (root === "sign-in" && section === undefined) return { page: "sign-in" };
  if (root === "setup" && section === undefined) return { page: "setup" };
  if (root === "invitation" && section === undefined) return { page: "invitation" };
  if (root !== "studio" || rest.length > 0) return { page: "missing" };
  return parseSection(section, id, action);
}

function parseSection(section?: string, id?: string, action?: string): Route {
  if (section === undefined) return { page: "shows" };
  if (id === undefined) return parseList(section);
  if (action !== undefined) {
    return section === "shows" && action === "edit"
      ? { page: "show-edit", id }
      : { page: "missing" };
  }
  switch (section) {
    case "shows":
      return id === "new" ? { page: "show-new" } : { page: "live", id };
    case "products":
      return id === "new" ? { page: "product-new" } : { page: "product", id };
    case "orders":
      return id === "packing" ? { page: "packing" } : { page: "order", id };
    case "settings":
      return parseSettings(id);
    default:
      return { page: "missing" };
  }
}

function parseSettings(id: string): Route {
  switch (id) {
    case "payments":
    case "checkout":
    case "embed":
    case "legal":
    case "members":
      return { page: id };
    default:
      return { page: "missing" };
  }
}

function parseList(section: string): Route {
  switch (section) {
    case "shows":
    case "products":
    case "import":
    case "orders":
    case "links":
    case "settings":
      return { page: section };
    default:
      return { page: "missing" };
  }
}

/** Writes the path of a route; the opposite of `parseRoute`. */
export function pathOf(route: Route): string {
  switch (route.page) {
    case "shows":
    case "products":
    case "import":
    case "orders":
    case "links":
    case "settings":
      return `/studio/${route.page}`;
    case "show-new":
      return "/studio/shows/new";
    case "show-edit":
      return `/studio/shows/${route.id}/edit`;
    case "live":
      return `/studio/shows/${route.id}`;
    case "product-new":
      return "/studio/products/new";
    case "product":
      return `/studio/products/${route.id}`;
    case "order":
      return `/studio/orders/${route.id}`;
    case "packing":
      return "/studio/orders/packing";
    case "payments":
    case "checkout":
    case "embed":
    case "members":
    case "legal":
      return `/studio/settings/${route.page}`;
    case "sign-in":
    case "setup":
    case "invitation":
      return `/${route.page}`;
    case "missing":
      return "/studio";
    default: {
      const impossible: never = route;
      return impossible;
    }
  }
}

/** The areas of the studio that the navigation names. */
export type Section = "shows" | "products" | "orders" | "links" | "settings";

/** Tells which entry of the navigation a route belongs to. */
export function sectionOf(route: Route): Section | null {
  switch (route.page) {
    case "shows":
    case "show-new":
    case "show-edit":
    case "live":
      return "shows";
    case "products":
    case "product-new":
    case "product":
    case "import":
      return "products";
    case "orders":
    case "order":
    case "packing":
      return "orders";
    case "links":
      return "links";
    case "settings":
    case "payments":
    case "checkout":
    case "embed":
    case "members":
    case "legal":
      return "settings";
    case "sign-in":
    case "setup":
    case "invitation":
    case "missing":
      return null;
    default: {
      const impossible: never = route;
      return impossible;
    }
  }
}

/** Takes the one-time token out of a fragment such as `#token=…`. */
export function tokenOf(fragment: string): string | null {
  const token = new URLSearchParams(fragment.replace(/^#/, "")).get("token");
  return token === null || token === "" ? null : token;
}
