import { describe, expect, it } from "vitest";
import { readKey, readOptions } from "./options";

describe("options of an overlay", () => {
  it("have defaults for what is missing or cannot be read", () => {
    const usual = readOptions("");
    expect(usual).toMatchObject({
      position: "bottom-left",
      theme: "light",
      accent: null,
      scale: 1,
      x: 48,
      y: 48,
      lang: null,
      hasGuide: false,
    });
    expect(usual.hidden.size).toBe(0);
    const bad =
      "?position=middle&theme=red&accent=zzz&scale=much&x=&y=NaN&hide=all&lang=de&guide=yes";
    expect(readOptions(bad)).toEqual(usual);
  });

  it("are read from the query and kept in bounds", () => {
    const options = readOptions(
      "?position=top-right&theme=dark&accent=%23A1B2C3&scale=9&x=-5&y=320&hide=stock,qr,timer&lang=en&guide=1",
    );
    expect(options).toMatchObject({
      position: "top-right",
      theme: "dark",
      accent: "#a1b2c3",
      scale: 2,
      x: 0,
      y: 320,
      lang: "en",
      hasGuide: true,
    });
    expect([...options.hidden]).toEqual(["timer", "stock", "qr"]);
    expect(readOptions("?scale=0.1").scale).toBe(0.75);
  });

  it("find the key behind the number sign", () => {
    expect(readKey("#key=vo_abc")).toBe("vo_abc");
    expect(readKey("#key=")).toBeNull();
    expect(readKey("")).toBeNull();
  });
});
