/** A browser without scripts is led to the plain pages, and buys there. */
import { join } from "node:path";
import { expect, it } from "vitest";
import { findBarriers } from "./support/axe";
import { useCast } from "./support/cast";
import { REPOSITORY, startDemo } from "./support/server";
import { PayPage } from "./support/viewer";
import { reads, seen } from "./support/wait";

const SHOW = "Novità d'autunno in diretta";
const BLANKET = "Plaid di lana Montagna";
const SMALL_PHONE = { width: 360, height: 740 };

const cast = useCast(() => startDemo());

it("sees the shop, buys, pays and comes back to the order without any script", async () => {
  const context = await cast.browser.newContext({
    viewport: SMALL_PHONE,
    locale: "it-IT",
    javaScriptEnabled: false,
  });
  const page = await context.newPage();
  await page.goto(cast.server.baseUrl);
  await page.getByRole("link", { name: SHOW }).click();
  const product = page.getByRole("listitem").filter({ hasText: BLANKET });
  await seen(product);
  await page.screenshot({ path: join(REPOSITORY, "target/screens/plain-show.png") });
  await product.getByRole("button").click();
  await reads(page.getByRole("status"), "Ora puoi pagare");
  await page.screenshot({ path: join(REPOSITORY, "target/screens/plain-order.png") });
  await page.getByRole("link", { name: /^Ordina e paga/ }).click();
  await new PayPage(page, "it").payAs("Rosa Neri", "rosa@example.it");
  await reads(page.getByRole("status"), "Pagato, grazie!");
  expect(page.url()).toContain("/order/");
  await context.close();
});

it("keeps nobody out", async () => {
  const context = await cast.browser.newContext({ viewport: SMALL_PHONE, locale: "en-GB" });
  const page = await context.newPage();
  await page.goto(`${cast.server.baseUrl}/?plain`);
  const address = await page.getByRole("link", { name: SHOW }).getAttribute("href");
  for (const path of ["/?plain", address ?? "", "/order/none?plain"]) {
    await page.goto(cast.server.baseUrl + path);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect.soft(await findBarriers(page), `${path} in ${colorScheme}`).toEqual([]);
    }
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect.soft(width, path).toBeLessThanOrEqual(SMALL_PHONE.width);
  }
  await context.close();
});
