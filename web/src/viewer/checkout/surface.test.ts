import { describe, expect, it } from "vitest";
import { isInApp } from "./surface";

const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15";
const ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko)";

describe("a browser", () => {
  it.each([
    ["Safari on a phone", `${IPHONE} (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1`],
    [
      "Chrome on an iPhone",
      `${IPHONE} (KHTML, like Gecko) CriOS/140.0.1 Mobile/15E148 Safari/604.1`,
    ],
    [
      "Firefox on an iPhone",
      `${IPHONE} (KHTML, like Gecko) FxiOS/142.0 Mobile/15E148 Safari/605.1.15`,
    ],
    ["Chrome on Android", `${ANDROID} Chrome/140.0.0.0 Mobile Safari/537.36`],
    ["Samsung's", `${ANDROID} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`],
    ["Firefox", "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0"],
    [
      "Safari",
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.5 Safari/605.1.15",
    ],
    ["nothing that is named", ""],
  ])("%s shows a page beside the video", (_, userAgent) => {
    expect(isInApp(userAgent)).toBe(false);
  });

  it.each([
    [
      "Instagram",
      `${IPHONE} (KHTML, like Gecko) Mobile/15E148 Instagram 390.0.0.28.85 (iPhone16,2)`,
    ],
    [
      "Instagram on Android",
      `${ANDROID} Version/4.0 Chrome/140.0 Mobile Safari/537.36 Instagram 390.0`,
    ],
    ["Facebook", `${IPHONE} (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/520.0.0.38;FBBV/1]`],
    [
      "Facebook on Android",
      `${ANDROID} Version/4.0 Chrome/140.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/520.0]`,
    ],
    [
      "TikTok",
      `${IPHONE} (KHTML, like Gecko) Mobile/15E148 musical_ly_40.0 BytedanceWebview/d8a21c6`,
    ],
    ["WhatsApp", `${ANDROID} Version/4.0 Chrome/140.0 Mobile Safari/537.36 WhatsApp/2.25`],
    ["LINE", `${IPHONE} (KHTML, like Gecko) Mobile/15E148 Safari Line/15.12.0`],
    [
      "any view on Android",
      "Mozilla/5.0 (Linux; Android 15; Pixel 8; wv) AppleWebKit/537.36 Chrome/140.0",
    ],
    ["any view on an iPhone", `${IPHONE} (KHTML, like Gecko) Mobile/15E148`],
  ])("%s opens a tab", (_, userAgent) => {
    expect(isInApp(userAgent)).toBe(true);
  });
});
