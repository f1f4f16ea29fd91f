import { describe, expect, it } from "vitest";
import { choose, findVariant, firstVariant, listOptions } from "./options";
import { product, variant } from "./testing/builders";

const bag = product({
  option_names: ["Colour", "Size"],
  variants: [
    variant({ id: "bs", option_values: ["Black", "Small"], available: 0 }),
    variant({ id: "bl", option_values: ["Black", "Large"] }),
    variant({ id: "ts", option_values: ["Tan", "Small"] }),
  ],
});

describe("options", () => {
  it("start from what can be bought", () => {
    expect(firstVariant(bag)?.id).toBe("bl");
    expect(firstVariant(product({ variants: [variant({ available: 0 })] }))?.id).toBe("v1");
  });

  it("list every value once and say which are sold out beside the choice", () => {
    const [colours, sizes] = listOptions(bag, ["Black", "Large"]);
    expect(
      colours?.values.map((value) => [value.value, value.isChosen, value.isAvailable]),
    ).toEqual([
      ["Black", true, true],
      ["Tan", false, false],
    ]);
    expect(sizes?.values.map((value) => [value.value, value.isAvailable])).toEqual([
      ["Small", false],
      ["Large", true],
    ]);
  });

  it("move to the nearest combination that exists", () => {
    expect(choose(bag, ["Black", "Large"], 0, "Tan")).toEqual(["Tan", "Small"]);
    expect(choose(bag, ["Black", "Large"], 1, "Small")).toEqual(["Black", "Small"]);
  });

  it("find the only variant of a product without options", () => {
    expect(findVariant(product(), [])?.id).toBe("v1");
  });
});
