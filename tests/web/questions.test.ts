/** Two viewers ask, the host answers: to everybody, to one, aloud; on a phone and by keyboard alone. */
import type { Locator } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import type { ShowView } from "../../web/src/lib/types";
import { findBarriers } from "./support/axe";
import { useCast } from "./support/cast";
import type { Host } from "./support/host";
import { startDemo } from "./support/server";
import type { Viewer } from "./support/viewer";
import { gone, hasFocus, holds, reads, seen } from "./support/wait";

const SHOW = "Novità d'autunno in diretta";
const SCARF = "Foulard di seta Ginestra";

const cast = useCast(() => startDemo());
let host: Host;
let anna: Viewer;
let ben: Viewer;

beforeAll(async () => {
  host = await cast.host({ name: "the host", lang: "it", device: "desktop" });
  anna = await cast.viewer({ name: "Anna", lang: "it", device: "phone" });
  ben = await cast.viewer({ name: "Ben", lang: "en", device: "desktop" });
  await host.signIn(cast.server.studioUrl);
  await host.openLive(SHOW);
  await answerTheDemo();
  await Promise.all([anna.watch(cast.server.viewerUrl), ben.watch(cast.server.viewerUrl)]);
});

/** The demo brings questions of its own; these tests begin where none is left. */
async function answerTheDemo(): Promise<void> {
  const show = `${cast.server.baseUrl}/api/v1/shows/${cast.server.showId}`;
  const headers = { authorization: `Bearer ${cast.server.apiKey}` };
  const page: { show: ShowView } = await (await fetch(show, { headers })).json();
  for (const { id } of page.show.questions) {
    const answer = await fetch(`${show}/questions/${id}/dismissal`, { method: "PUT", headers });
    expect(answer.ok).toBe(true);
  }
}

async function openQuestions(viewer: Viewer): Promise<void> {
  await viewer.page.locator(".questions-button").click();
  await seen(viewer.dialog.getByRole("heading", { name: viewer.words.questionWords.title }));
}

function question(viewer: Viewer, text: string): Locator {
  return viewer.dialog.locator(".question").filter({ hasText: text });
}

async function ask(viewer: Viewer, text: string): Promise<void> {
  const { questionWords: words } = viewer.words;
  await viewer.dialog.getByRole("textbox", { name: words.askLabel }).fill(text);
  await viewer.dialog.getByRole("button", { name: words.send, exact: true }).click();
  await seen(question(viewer, text));
}

async function isOpenToAll(one: Viewer | Host): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await one.page.emulateMedia({ colorScheme });
    expect.soft(await findBarriers(one.page), colorScheme).toEqual([]);
  }
}

describe("questions of viewers", () => {
  it("are asked with a name, and seen by everybody", async () => {
    await openQuestions(anna);
    await seen(anna.dialog.getByText(anna.words.questionWords.none));
    await isOpenToAll(anna);
    await anna.dialog
      .getByRole("textbox", { name: anna.words.questionWords.nameLabel })
      .fill("Anna");
    await ask(anna, "Il foulard si lava in acqua?");
    await reads(ben.page.locator(".questions-button .count-badge"), "1");
    await openQuestions(ben);
    await seen(question(ben, "Il foulard si lava in acqua?"));
    await reads(question(ben, "Il foulard").locator(".question-meta"), "Anna");
    await reads(host.page.locator(".pane-switch__count"), "1");
  });

  it("are voted for once by each viewer, also after a reload", async () => {
    const vote = (viewer: Viewer) => question(viewer, "Il foulard").locator(".vote");
    expect(await vote(anna).isDisabled(), "one's own counts already").toBe(true);
    await vote(ben).click();
    await Promise.all([reads(vote(anna), "2"), reads(vote(ben), "2")]);
    await isOpenToAll(ben);
    await ben.reload();
    await openQuestions(ben);
    expect(await vote(ben).getAttribute("aria-pressed")).toBe("true");
    await vote(ben).click();
    await reads(vote(ben), "2");
  });

  it("stand with the most wanted on top in the studio", async () => {
    await host.openQuestions();
    await ben.dialog.getByRole("textbox", { name: ben.words.questionWords.nameLabel }).fill("Ben");
    await ask(ben, "Do you ship to Malta?");
    await seen(host.question("Do you ship to Malta?"));
    const texts = () => host.page.locator(".asked__text").allTextContents();
    expect(await texts()).toEqual(["Il foulard si lava in acqua?", "Do you ship to Malta?"]);
    await isOpenToAll(host);
  });

  it("say who is answering, and are answered for everybody by keyboard alone", async () => {
    await host.page.locator("body").click({ position: { x: 2, y: 2 } });
    await host.page.keyboard.press("j");
    await reads(host.page.locator(".asked[data-selected]"), "Il foulard");
    await host.page.keyboard.press("r");
    const field = host.page.getByRole("textbox", { name: host.words.desk.text });
    await seen(field);
    await holds(async () => expect(await hasFocus(field)).toBe(true));
    await seen(question(anna, "Il foulard").locator(".question-claim"));
    await isOpenToAll(host);
    await isOpenToAll(anna);
    await host.page.keyboard.type("Sì, a mano e in acqua fredda.");
    await host.page.keyboard.press("Enter");
    const answer = "Sì, a mano e in acqua fredda.";
    await Promise.all([
      seen(question(anna, answer)),
      seen(question(ben, answer)),
      seen(anna.page.getByText(anna.words.questionWords.answeredNews)),
    ]);
    await gone(question(ben, "Il foulard").locator(".vote"));
  });

  it("are answered for the one who asked and nobody else", async () => {
    const text = "Yes, write to us first.";
    await host
      .question("Do you ship to Malta?")
      .getByRole("button", { name: host.words.desk.answerLabel("Ben") })
      .click();
    await host.page.getByRole("textbox", { name: host.words.desk.text }).fill(text);
    await host.button(host.words.desk.toOne("Ben")).click();
    await seen(question(ben, text).getByText(ben.words.questionWords.forYou));
    await gone(question(anna, "Do you ship to Malta?"));
    expect((await anna.page.content()).includes(text)).toBe(false);
    await isOpenToAll(ben);
    await ben.reload();
    await openQuestions(ben);
    await seen(question(ben, text));
    await ben.closeDialog();
  });

  it("stay with the product they are about", async () => {
    await anna.closeDialog();
    await anna.openProduct(SCARF);
    const { questionWords: words } = anna.words;
    await anna.dialog.getByRole("button", { name: words.askAbout }).click();
    await reads(anna.dialog.getByRole("combobox", { name: words.about }), SCARF);
    await ask(anna, "Quanto misura?");
    await host
      .question("Quanto misura?")
      .getByRole("button", { name: host.words.desk.answerLabel("Anna") })
      .click();
    await host.button(host.words.desk.aloud).click();
    await seen(question(anna, "Quanto misura?").getByText(words.aloud));
    await anna.closeDialog();
    await anna.openProduct(SCARF);
    await seen(question(anna, "Quanto misura?"));
    await isOpenToAll(anna);
    await anna.closeDialog();
  });

  it("are dismissed and brought back, and can be closed", async () => {
    await openQuestions(anna);
    await ask(anna, "Questa è fuori luogo?");
    const { desk } = host.words;
    await host
      .question("Questa è fuori luogo?")
      .getByRole("button", { name: desk.dismissLabel("Anna") })
      .click();
    await gone(question(anna, "Questa è fuori luogo?"));
    await host.undo(desk.dismissed("Anna"));
    await seen(question(anna, "Questa è fuori luogo?"));
    await host.button(desk.stopTaking).click();
    await seen(anna.dialog.locator(".ask-shut"));
    await host.button(desk.takeAgain).click();
    await gone(anna.dialog.locator(".ask-shut"));
  });

  it("are answered on a phone too", async () => {
    const { cookies } = await host.person.context.storageState();
    const options = { storageState: { cookies, origins: [] } };
    const phone = await cast.host({ name: "on the phone", lang: "en", device: "phone", options });
    await phone.page.goto(`${cast.server.baseUrl}/studio`);
    await phone.openLive(SHOW);
    const panes = phone.page.getByRole("navigation", { name: phone.words.live.panes });
    await panes.getByRole("button", { name: phone.words.live.paneChat }).click();
    await phone.openQuestions();
    await phone
      .question("Questa è fuori luogo?")
      .getByRole("button", { name: phone.words.desk.answerLabel("Anna") })
      .click();
    await isOpenToAll(phone);
    await seen(host.question("Questa è fuori luogo?").getByText(host.words.desk.you));
    await phone.button(phone.words.desk.giveBack).click();
    await gone(question(anna, "Questa è fuori luogo?").locator(".question-claim"));
  });
});
