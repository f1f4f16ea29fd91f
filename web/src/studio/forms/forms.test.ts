import { describe, expect, it } from "vitest";
import { ApiProblem } from "../../lib/problem";
import type { Product, ShowView } from "../../lib/types";
import { areAllShown, errorAt, errorsOf, stillWrong } from "./errors";
import { moved, nextInLineup } from "./lineup";
import {
  adoptIds,
  changesOf,
  checkProduct,
  emptyProduct,
  emptyVariant,
  newProductOf,
  productDraftOf,
} from "./product";
import { checkShow, emptyShow, newShowOf, showDraftOf, showPatchOf } from "./show";

const PRODUCT: Product = {
  id: "p1",
  handle: "silk-scarf",
  title: "Silk scarf",
  description: "Woven in Como.",
  option_names: ["Colour"],
  images: [],
  variants: [variant("v1", "Red"), variant("v2", "Blue")],
  status: "active",
  version: 3,
  created_at: "2026-11-01T10:00:00.000Z",
  updated_at: "2026-11-01T10:00:00.000Z",
  pending_images: 0,
  failed_images: [],
};

function variant(id: string, colour: string): Product["variants"][number] {
  return {
    id,
    sku: null,
    option_values: [colour],
    price: { amount: 1990, currency: "EUR" },
    compare_at: null,
    on_sale: true,
    available: 5,
    stock: 7,
    reserved: 1,
    sold: 1,
  };
}

describe("product form", () => {
  it("sends the exemption from withdrawal only where it is chosen or changed", () => {
    const draft = productDraftOf(PRODUCT, "en");
    expect(draft.exemption).toBe("none");
    const perishable = changesOf(PRODUCT, { ...draft, exemption: "perishable" }, "EUR");
    expect(perishable).toEqual([{ type: "product", body: { exemption: "perishable" } }]);
    const exempt: Product = { ...PRODUCT, exemption: "perishable" };
    const none = changesOf(exempt, { ...productDraftOf(exempt, "en"), exemption: "none" }, "EUR");
    expect(none).toEqual([{ type: "product", body: { exemption: null } }]);
    expect(newProductOf(draft, "EUR")).not.toHaveProperty("exemption");
    expect(newProductOf({ ...draft, exemption: "sealed_media" }, "EUR")?.exemption).toBe(
      "sealed_media",
    );
  });

  it("asks for title, price and stock", () => {
    const errors = checkProduct(emptyProduct(), "EUR");
    expect(Object.fromEntries(errors)).toEqual({
      "/title": "required",
      "/variants/0/price": "required",
      "/variants/0/stock": "required",
    });
  });

  it("refuses a former price that is no reduction", () => {
    const draft = productDraftOf(PRODUCT, "it");
    const first = draft.variants[0];
    if (first) first.compareAt = "19,90";
    expect(checkProduct(draft, "EUR").get("/variants/0/compare_at")).toBe("not_above_price");
  });

  it("refuses two variants with the same options", () => {
    const draft = productDraftOf(PRODUCT, "it");
    draft.variants.push({
      ...emptyVariant(1, draft.variants[0]),
      optionValues: [" red "],
      stock: "1",
    });
    expect(checkProduct(draft, "EUR").get("/variants/2/option_values")).toBe("duplicate");
  });

  it("sends minor units and trimmed texts", () => {
    const draft = emptyProduct();
    draft.title = "  Bag ";
    draft.variants = [{ ...emptyVariant(0), price: "1.234,5", stock: "4", sku: " B-1 " }];
    expect(newProductOf(draft, "EUR")).toEqual({
      title: "Bag",
      description: "",
      option_names: [],
      variants: [
        {
          option_values: [],
          sku: "B-1",
          price: { amount: 123450, currency: "EUR" },
          compare_at: null,
          stock: 4,
          on_sale: true,
        },
      ],
    });
  });

  it("asks for nothing when nothing was touched", () => {
    expect(changesOf(PRODUCT, productDraftOf(PRODUCT, "en"), "EUR")).toEqual([]);
  });

  it("sends each touched part once, additions before removals", () => {
    const draft = productDraftOf(PRODUCT, "it");
    draft.title = "Silk square";
    const [red] = draft.variants;
    if (!red) throw new Error("the product has a red variant");
    red.price = "24,90";
    red.stock = "9";
    const green = { ...emptyVariant(1, red), optionValues: ["Green"], stock: "2" };
    draft.variants = [red, green];
    expect(changesOf(PRODUCT, draft, "EUR")).toEqual([
      { type: "product", body: { title: "Silk square" } },
      {
        type: "variant-patch",
        id: "v1",
        index: 0,
        body: { price: { amount: 2490, currency: "EUR" } },
      },
      { type: "stock", id: "v1", index: 0, body: { stock: 9 } },
      {
        type: "variant-add",
        index: 1,
        body: {
          option_values: ["Green"],
          sku: null,
          price: { amount: 2490, currency: "EUR" },
          compare_at: null,
          stock: 2,
          on_sale: true,
        },
      },
      { type: "variant-delete", id: "v2" },
    ]);
  });

  it("never adds a row twice after a save that stopped half way", () => {
    const draft = productDraftOf(PRODUCT, "it");
    draft.variants.push({
      ...emptyVariant(1, draft.variants[0]),
      optionValues: ["Green"],
      stock: "7",
    });
    const saved = { ...PRODUCT, variants: [...PRODUCT.variants, variant("v3", "Green")] };
    const adopted = adoptIds(draft, saved);
    expect(adopted.variants[2]?.id).toBe("v3");
    expect(changesOf(saved, adopted, "EUR")).toEqual([]);
  });
});

const SHOW: ShowView = {
  id: "s1",
  slug: "autumn",
  title: "Autumn",
  description: "",
  status: "scheduled",
  starts_at: "2026-11-28T19:30:00.000Z",
  started_at: null,
  ended_at: null,
  poster_url: null,
  is_rehearsal: false,
  replay_published_at: null,
  video: { kind: "twitch", url: "https://twitch.tv/anna", play_url: null, poster_url: null },
  sync_offset_ms: 0,
  slow_mode_secs: 0,
  is_chat_locked: false,
  pinned_message: null,
  takes_questions: true,
  questions: [],
  lineup: [],
  featured: [],
  offers: [],
};

describe("show form", () => {
  const now = new Date("2026-11-21T12:00:00");

  it("lets a draft be without a time", () => {
    const draft = { ...emptyShow(), title: "Autumn" };
    expect(checkShow(draft, "save", now).size).toBe(0);
    expect(checkShow(draft, "schedule", now).get("/starts_at")).toBe("required");
  });

  it("announces nothing in the past", () => {
    const draft = { ...emptyShow(), title: "Autumn", startsAt: "2026-11-20T20:00" };
    expect(checkShow(draft, "schedule", now).get("/starts_at")).toBe("in_the_past");
  });

  it("says which kind of address is missing", () => {
    const draft = { ...emptyShow(), title: "Autumn", videoKind: "hls" as const };
    expect(checkShow(draft, "save", now).get("/video/url")).toBe("required");
    draft.videoUrl = "https://example.com";
    expect(checkShow(draft, "save", now).get("/video/url")).toBe("not_hls");
  });

  it("sends the start as universal time", () => {
    const draft = { ...emptyShow(), title: "Autumn", startsAt: "2026-11-28T20:30" };
    expect(newShowOf(draft)?.starts_at).toBe(new Date("2026-11-28T20:30").toISOString());
  });

  it("patches only what was touched", () => {
    const draft = showDraftOf(SHOW);
    expect(showPatchOf(SHOW, draft)).toEqual({});
    draft.title = "Winter";
    draft.startsAt = "";
    draft.videoKind = "none";
    expect(showPatchOf(SHOW, draft)).toEqual({
      title: "Winter",
      starts_at: null,
      video: { kind: "none" },
    });
  });

  it("moves products against the picture, and forgets that with another kind of source", () => {
    const late = { ...SHOW, sync_offset_ms: -12_500 };
    const draft = showDraftOf(late);
    expect(draft.laterMs).toBe(12_500);
    expect(showPatchOf(late, { ...draft, laterMs: 20_000 })).toEqual({ sync_offset_ms: -20_000 });
    expect(showPatchOf(late, { ...draft, laterMs: 0 })).toEqual({ sync_offset_ms: 0 });
    const other = { ...draft, videoKind: "none" as const };
    expect(showPatchOf(late, { ...other, laterMs: 0 })).toEqual({ video: { kind: "none" } });
    expect(showPatchOf(late, { ...other, laterMs: 3000 }).sync_offset_ms).toBe(-3000);
    expect(newShowOf({ ...draft, laterMs: 1500 })?.sync_offset_ms).toBe(-1500);
  });
});

describe("errors of a form", () => {
  const refusal = (code: string, errors: { pointer: string; code: string }[]) =>
    new ApiProblem({ code, status: 422, detail: "", errors });

  it("stand where the part of the form stands", () => {
    const errors = errorsOf(
      refusal("invalid", [{ pointer: "/price/amount", code: "too_large" }]),
      "/variants/2",
    );
    expect(errorAt(errors, "/variants/2/price")).toBe("too_large");
    expect(errorAt(errors, "/variants/1/price")).toBeNull();
  });

  it("place the stock's refusal without a pointer", () => {
    const errors = errorsOf(refusal("stock_under_committed", []), "/variants/0");
    expect(errorAt(errors, "/variants/0/stock")).toBe("stock_under_committed");
  });

  it("go as they are mended and do not appear while writing", () => {
    const shown = new Map([
      ["/title", "required"],
      ["/variants/0/price", "required"],
    ]);
    const found = new Map([
      ["/variants/0/price", "amount"],
      ["/variants/0/stock", "required"],
    ]);
    expect(Object.fromEntries(stillWrong(shown, found))).toEqual({ "/variants/0/price": "amount" });
    expect(stillWrong(new Map(), found).size).toBe(0);
  });

  it("know when a field is not on screen", () => {
    const errors = errorsOf(refusal("invalid", [{ pointer: "/handle", code: "taken" }]));
    expect(areAllShown(errors, ["/title"])).toBe(false);
    expect(areAllShown(errors, ["/title", "/handle"])).toBe(true);
  });
});

describe("lineup", () => {
  it("moves an entry and keeps the others in order", () => {
    expect(moved(["a", "b", "c", "d"], 0, 2)).toEqual(["b", "c", "a", "d"]);
    expect(moved(["a", "b", "c"], 2, 0)).toEqual(["c", "a", "b"]);
    expect(moved(["a", "b"], 0, 5)).toEqual(["a", "b"]);
  });

  it("goes on after the newest pin and stops at the end", () => {
    expect(nextInLineup(["a", "b", "c"], [])).toBe("a");
    expect(nextInLineup(["a", "b", "c"], ["b", "a"])).toBe("c");
    expect(nextInLineup(["a", "b", "c"], ["c"])).toBeNull();
    expect(nextInLineup([], [])).toBeNull();
  });
});
