/** A host keeps the chat in order, two viewers on their phones see no more than they should. */
import { beforeAll, describe, expect, it } from "vitest";
import { findBarriers } from "./support/axe";
import { useCast } from "./support/cast";
import type { Host } from "./support/host";
import { startDemo } from "./support/server";
import type { Viewer } from "./support/viewer";
import { gone, hasFocus, holds, reads, seen } from "./support/wait";

const SHOW = "Novità d'autunno in diretta";

const cast = useCast(() => startDemo());
let host: Host;
let anna: Viewer;
let ben: Viewer;

beforeAll(async () => {
  host = await cast.host({ name: "the host", lang: "it", device: "desktop" });
  anna = await cast.viewer({ name: "Anna", lang: "it", device: "phone" });
  ben = await cast.viewer({ name: "Ben", lang: "en", device: "phone" });
  await host.signIn(cast.server.studioUrl);
  await host.openLive(SHOW);
  await Promise.all([anna.watch(cast.server.viewerUrl), ben.watch(cast.server.viewerUrl)]);
});

async function isOpenToAll(one: Viewer | Host): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await one.page.emulateMedia({ colorScheme });
    expect.soft(await findBarriers(one.page), colorScheme).toEqual([]);
  }
}

/** Leaves whatever has the focus, so that keys are the page's. */
async function leaveFields(): Promise<void> {
  await host.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
}

describe("a shop's own list of words", () => {
  it("is kept in the settings", async () => {
    const { review } = host.words;
    await host.page.goto(`${cast.server.baseUrl}/studio`);
    await host.go("settings");
    const field = host.page.getByRole("textbox", { name: review.words });
    await field.fill("contraffatto\nsu vinted");
    const form = host.page.locator("form").filter({ has: field });
    await form.getByRole("button", { name: host.words.common.save }).click();
    await seen(host.notice(review.saved));
    await isOpenToAll(host);
    await host.page.reload();
    await holds(async () => expect(await field.inputValue()).toBe("contraffatto\nsu vinted"));
    await host.go("shows");
    await host.openLive(SHOW);
  });
});

describe("a message that waits", () => {
  it("is seen by its author and the host alone", async () => {
    await anna.sayAs("Anna", "Ma è CONTRAFFATTO?");
    await seen(anna.line("CONTRAFFATTO").getByText(anna.words.held));
    await seen(host.heldMessage("CONTRAFFATTO").getByText(host.words.review.reasons.word));
    await ben.sayAs("Ben", "Good evening");
    await anna.sees("Good evening");
    expect((await ben.page.content()).includes("CONTRAFFATTO")).toBe(false);
    await Promise.all([isOpenToAll(anna), isOpenToAll(host)]);
    await anna.reload();
    await seen(anna.line("CONTRAFFATTO").getByText(anna.words.held));
  });

  it("is refused with a way back, and its author is told", async () => {
    await host
      .heldMessage("CONTRAFFATTO")
      .getByRole("button", { name: host.words.review.refuseLabel("Anna") })
      .click();
    await seen(anna.line("CONTRAFFATTO").getByText(anna.words.notShown));
    await gone(host.heldMessage("CONTRAFFATTO"));
    await host.undo(host.words.review.refused("Anna"));
    await seen(host.heldMessage("CONTRAFFATTO"));
    await seen(anna.line("CONTRAFFATTO").getByText(anna.words.held));
  });

  it("is shown by a key, and is a message like any other then", async () => {
    await leaveFields();
    await host.page.keyboard.press("a");
    await ben.sees("CONTRAFFATTO");
    await gone(anna.line("CONTRAFFATTO").getByText(anna.words.held));
    await host.sees("CONTRAFFATTO");
    await gone(host.heldMessage("CONTRAFFATTO"));
  });

  it("is not shown when the host refuses it by a key", async () => {
    await ben.say("it is shit");
    await seen(ben.line("it is shit").getByText(ben.words.held));
    await seen(host.heldMessage("it is shit"));
    await leaveFields();
    await host.page.keyboard.press("x");
    const refused = ben.line("it is shit").getByText(ben.words.notShown);
    await seen(refused);
    await isOpenToAll(ben);
    await ben.line("it is shit").getByRole("button", { name: ben.words.discard }).click();
    await gone(refused);
    expect((await anna.page.content()).includes("it is shit")).toBe(false);
  });
});

describe("the pinned message", () => {
  const onTop = (viewer: Viewer) => viewer.page.locator(".screen .pinned");

  it("stands on top of everybody's chat, of those who come later too", async () => {
    await host.line("Good evening").hover();
    await host.button(host.words.review.pinLabel("Ben")).click();
    await Promise.all([
      reads(onTop(anna), "Good evening"),
      reads(onTop(ben), ben.words.pinned),
      reads(host.pinnedBar, "Good evening"),
    ]);
    await Promise.all([isOpenToAll(ben), isOpenToAll(host)]);
    await ben.reload();
    await reads(onTop(ben), "Good evening");
    await ben.page.getByRole("button", { name: ben.words.openChat }).click();
    await reads(ben.dialog.locator(".pinned"), "Good evening");
    await isOpenToAll(ben);
    await ben.closeDialog();
  });

  it("is a reply that the host pins while writing it, by keyboard alone", async () => {
    await leaveFields();
    await host.page.keyboard.press("j");
    await seen(host.page.locator(".message[data-selected]"));
    await host.page.keyboard.press("r");
    await holds(async () => expect(await hasFocus(host.box)).toBe(true));
    expect(await host.box.inputValue()).toMatch(/^@/);
    await host.page.keyboard.type("vendiamo solo originali.");
    await host.page.keyboard.press("Enter");
    await reads(onTop(anna), "vendiamo solo originali.");
    await reads(onTop(ben), "vendiamo solo originali.");
    await host.undo(host.words.review.pinned);
    await reads(onTop(ben), "Good evening");
  });

  it("leaves the top when it is hidden", async () => {
    await host.line("Good evening").hover();
    await host.button(host.words.chat.removeLabel("Ben")).click();
    await gone(onTop(anna));
    await gone(host.pinnedBar);
    await host.undo(host.words.chat.removedDone("Ben"));
    await anna.sees("Good evening");
    expect(await onTop(anna).count(), "an undo brings the message back, not its place").toBe(0);
  });
});

describe("the paused chat", () => {
  it("keeps what a viewer is writing, says why, and opens again", async () => {
    await anna.box.fill("Quanto costa il foulard?");
    await leaveFields();
    await host.page.keyboard.press("l");
    const why = (viewer: Viewer) => viewer.page.getByText(viewer.words.common.problems.chat_locked);
    await Promise.all([seen(why(anna)), seen(why(ben)), seen(host.page.locator(".chat-locked"))]);
    expect(await anna.box.inputValue()).toBe("Quanto costa il foulard?");
    expect(await anna.sendButton.isDisabled()).toBe(true);
    await anna.box.press("Enter");
    await host.say("Un momento, torniamo subito.");
    await anna.sees("torniamo subito");
    expect(await anna.box.inputValue()).toBe("Quanto costa il foulard?");
    await Promise.all([isOpenToAll(anna), isOpenToAll(host)]);
    await host.button(host.words.review.unlock).click();
    await gone(why(anna));
    await anna.box.press("Enter");
    await ben.sees("Quanto costa il foulard?");
  });

  it("is in the list of keys", async () => {
    await leaveFields();
    await host.page.keyboard.press("?");
    const keys = host.page.getByRole("dialog");
    for (const name of ["pin-message", "approve", "refuse", "lock", "reply"] as const) {
      await seen(keys.getByText(host.words.keys[name], { exact: true }));
    }
    await host.page.keyboard.press("Escape");
  });
});

describe("on a phone", () => {
  it("a moderator decides with the thumb", async () => {
    const { cookies } = await host.person.context.storageState();
    const options = { storageState: { cookies, origins: [] } };
    const phone = await cast.host({ name: "on the phone", lang: "en", device: "phone", options });
    await phone.page.goto(`${cast.server.baseUrl}/studio`);
    await phone.openLive(SHOW);
    const panes = phone.page.getByRole("navigation", { name: phone.words.live.panes });
    await panes.getByRole("button", { name: phone.words.live.paneChat }).click();
    await anna.say("L’ho visto su Vinted!");
    await seen(phone.heldMessage("Vinted"));
    // The panes beside the one on the screen make the page no wider.
    const width = phone.page.viewportSize()?.width;
    expect(await phone.page.evaluate(() => innerWidth)).toBe(width);
    await isOpenToAll(phone);
    await phone.button(phone.words.review.approveLabel("Anna")).click();
    await ben.sees("Vinted");
    await phone.line("Vinted").click();
    await phone.button(phone.words.review.pinLabel("Anna")).click();
    await reads(ben.page.locator(".screen .pinned"), "Vinted");
    await isOpenToAll(phone);
    await phone.pinnedBar.getByRole("button").click();
    await gone(ben.page.locator(".screen .pinned"));
  });
});
