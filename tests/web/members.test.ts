/** An invitation from the link to the first show, a role that changes, and the way out. */
import type { Locator, Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { membersEn } from "../../web/src/i18n/members.en";
import { membersIt } from "../../web/src/i18n/members.it";
import { findBarriers } from "./support/axe";
import { useCast } from "./support/cast";
import type { Host } from "./support/host";
import { startDemo } from "./support/server";
import { gone, holds, reads, seen, tabTo } from "./support/wait";

const SHOW = "Novità d'autunno in diretta";
const PASSWORD = "tre gatti sul davanzale";
const WORDS = { it: membersIt, en: membersEn };

const cast = useCast(() => startDemo());

async function isOpenToAll(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect.soft(await findBarriers(page), `${page.url()} in ${colorScheme}`).toEqual([]);
  }
}

/** Nothing of a page stands out to the right of a screen. */
async function fits(page: Page): Promise<void> {
  const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(width).toBeLessThanOrEqual(0);
}

let founder: Host;

beforeAll(async () => {
  founder = await cast.host({ name: "the founder", device: "desktop", lang: "it" });
  await founder.signIn(cast.server.studioUrl);
});

describe.each([
  { lang: "it", device: "desktop", other: "phone", name: "Anna Riva" },
  { lang: "en", device: "phone", other: "desktop", name: "Berta Sand" },
] as const)("an invitation made in $lang on a $device", ({ lang, device, other, name }) => {
  const words = WORDS[lang];
  const email = `${name.slice(0, 4).toLowerCase()}@example.com`;
  let owner: Host;
  let guest: Host;
  let url: string;

  beforeAll(async () => {
    const { cookies } = await founder.person.context.storageState({ indexedDB: false });
    const options = { storageState: { cookies, origins: [] } };
    owner = await cast.host({ name: `the owner on a ${device}`, device, lang, options });
    guest = await cast.host({ name: `${name} on a ${other}`, device: other, lang });
  });

  const row = (of: string): Locator => owner.page.getByRole("listitem").filter({ hasText: of });

  it("is made under the settings, and its link is shown once", async () => {
    const { page } = owner;
    await page.goto(`${cast.server.baseUrl}/studio`);
    await owner.go("settings");
    await page.getByRole("link", { name: words.open, exact: true }).click();
    await seen(owner.heading(words.title));
    await isOpenToAll(page);
    await fits(page);
    await tabTo(page, owner.button(words.invite));
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(words.form.role).selectOption("host");
    await dialog.getByLabel(words.form.email).fill("anna");
    owner.person.expects(/status of 422 .*\/invitations/);
    await owner.button(words.form.create).click();
    await seen(dialog.getByText(owner.words.fields.not_an_email));
    await dialog.getByLabel(words.form.email).fill(email);
    await isOpenToAll(page);
    await owner.button(words.form.create).click();
    url = await dialog.getByLabel(words.link).inputValue();
    expect(url).toContain("/invitation#token=");
    await seen(dialog.getByText(words.mail.notConfigured));
    await isOpenToAll(page);
    await fits(page);
    await page.keyboard.press("Escape");
    await gone(dialog);
    await seen(row(email));
    const content = await page.content();
    expect(content.includes(url.split("token=")[1] ?? "token")).toBe(false);
  });

  it("is accepted by keyboard alone, elsewhere", async () => {
    const { page } = guest;
    await page.goto(url);
    await seen(guest.heading(words.door.title("Ginestra & Filo")));
    expect(page.url().includes("token")).toBe(false);
    await reads(page.locator(".door__text"), guest.words.shared.role.host);
    await isOpenToAll(page);
    await fits(page);
    await guest.button(words.door.submit).click();
    await seen(page.getByText(guest.words.fields.required));
    expect(await page.getByLabel(words.door.email, { exact: true }).inputValue()).toBe(email);
    await tabTo(page, page.getByLabel(words.door.name, { exact: true }));
    await page.keyboard.type(name);
    await tabTo(page, page.getByLabel(words.door.password, { exact: true }));
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press("Enter");
    await seen(guest.heading(guest.words.shows.title));
    // A host sees the catalogue, and no members.
    await guest.go("products");
    await guest.go("settings");
    expect(await page.getByRole("link", { name: words.open, exact: true }).count()).toBe(0);
    await page.goto(`${cast.server.baseUrl}/studio`);
    await guest.openLive(SHOW);
  });

  it("makes a member whose role changes, and who is out at once", async () => {
    const { page } = owner;
    await page.reload();
    const member = row(name);
    const role = member.getByRole("combobox", { name: words.roleOf(name) });
    await seen(member);
    await isOpenToAll(page);
    await role.selectOption("moderator");
    await seen(owner.notice(words.roleChanged(name, owner.words.shared.role.moderator)));
    await reads(member, words.does.moderator);
    // The studio of the other one follows while a show is open in it.
    await gone(guest.page.getByRole("link", { name: guest.words.shell.products, exact: true }));

    guest.person.expects(/status of 401/);
    await tabTo(page, owner.button(words.removeOf(name)));
    await page.keyboard.press("Enter");
    await seen(page.getByText(words.removeText));
    await isOpenToAll(page);
    await owner.button(words.remove).click();
    await seen(owner.notice(words.removed(name)));
    await gone(member);
    await seen(guest.page.getByText(guest.words.signIn.ended));
    await isOpenToAll(guest.page);
  });

  it("works once, and says why it does not any more", async () => {
    guest.person.expects(/status of 4(10|04)/);
    // The same address with another fragment alone would not load the page again.
    await guest.page.goto("about:blank");
    await guest.page.goto(url);
    await seen(guest.heading(words.door.closedTitle));
    await seen(guest.page.getByText(guest.words.problems.invitation_used));
    await isOpenToAll(guest.page);
    await guest.page.goto("about:blank");
    await guest.page.goto(`${cast.server.baseUrl}/invitation#token=nonsense`);
    await seen(guest.page.getByText(words.door.unknown));
    await guest.page.goto("about:blank");
    await guest.page.goto(`${cast.server.baseUrl}/invitation`);
    await seen(guest.page.getByText(words.door.noToken));
    await cast.dismiss(guest.person);
  });

  it("is taken back before anybody used it", async () => {
    const { page } = owner;
    await owner.button(words.invite).click();
    await owner.button(words.form.create).click();
    const dialog = page.getByRole("dialog");
    const link = await dialog.getByLabel(words.link).inputValue();
    await page.keyboard.press("Escape");
    await gone(dialog);
    const moderator = owner.words.shared.role.moderator;
    await owner.button(words.revokeOf(words.anybody, moderator)).click();
    await seen(owner.notice(words.revoked));
    await seen(page.getByText(words.noInvitations));
    const late = await cast.host({ name: "somebody late", device: other, lang });
    late.person.expects(/status of 410/);
    await late.page.goto(link);
    await seen(late.page.getByText(late.words.problems.invitation_revoked));
    await cast.dismiss(late.person);
  });

  it("the only owner stays one", async () => {
    const { page } = owner;
    owner.person.expects(/status of 409/);
    const role = page.getByRole("combobox").first();
    await role.selectOption("host");
    await seen(page.getByText(words.stepDownText));
    await isOpenToAll(page);
    await owner.button(words.stepDown).click();
    await seen(owner.notice(owner.words.problems.last_owner));
    await holds(async () => expect(await role.inputValue()).toBe("owner"));
    await cast.dismiss(owner.person);
  });
});

describe("the own account", () => {
  it("has another name, and is signed out everywhere", async () => {
    const { page } = founder;
    const { account } = membersIt;
    await page.goto(`${cast.server.baseUrl}/studio`);
    await founder.go("settings");
    const field = page.getByLabel(account.name, { exact: true });
    await field.fill("");
    await founder.button(account.change).click();
    await seen(page.getByText(founder.words.fields.required));
    await field.fill("Giulia Neri");
    await founder.button(account.change).click();
    await seen(founder.notice(account.changed));
    await page.reload();
    await holds(async () => expect(await field.inputValue()).toBe("Giulia Neri"));
    await isOpenToAll(page);

    const { cookies } = await founder.person.context.storageState({ indexedDB: false });
    const options = { storageState: { cookies, origins: [] } };
    const elsewhere = await cast.host({
      name: "the founder elsewhere",
      device: "phone",
      lang: "en",
      options,
    });
    await elsewhere.page.goto(`${cast.server.baseUrl}/studio`);
    await elsewhere.openLive(SHOW);
    elsewhere.person.expects(/status of 401/);
    await founder.button(account.everywhere).click();
    await seen(founder.heading(account.everywhereTitle));
    await isOpenToAll(page);
    await page.getByRole("dialog").getByRole("button", { name: account.everywhere }).click();
    await seen(founder.heading(founder.words.signIn.title));
    await seen(elsewhere.page.getByText(elsewhere.words.signIn.ended));
    await cast.dismiss(elsewhere.person);
  });
});
