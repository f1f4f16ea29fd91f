/** A rehearsal from the studio: everything works for the team, and nothing is left of it. */
import { beforeAll, describe, expect, it } from "vitest";
import type { ShowView } from "../../web/src/lib/types";
import { useCast } from "./support/cast";
import type { Host } from "./support/host";
import { startDemo } from "./support/server";
import { gone, holds, seen } from "./support/wait";

const PLANNED = "Regali sotto i 50 euro";

describe.each([
  { device: "desktop", lang: "it" },
  { device: "desktop", lang: "en" },
] as const)("a rehearsal of a planned show, in $lang", ({ device, lang }) => {
  const cast = useCast(() => startDemo());
  let host: Host;

  beforeAll(async () => {
    host = await cast.host({ name: "the owner", lang, device });
    await host.signIn(cast.server.studioUrl);
  });

  it("is opened with the show's lineup, runs, and is gone when it is over", async () => {
    const { shows, live } = host.words;
    const { page } = host;
    const planned = page.getByRole("listitem").filter({ hasText: PLANNED });
    await planned.getByRole("link", { name: shows.editLabel(PLANNED) }).click();
    await host.button(shows.rehearse).click();
    await seen(host.sales.getByText(host.words.figures.rehearsal));
    const id = /shows\/([0-9a-f-]{36})/.exec(page.url())?.[1] ?? "";
    const { show } = await read(`shows/${id}`);
    expect(show.is_rehearsal).toBe(true);

    await host.button(live.goLive).click();
    await seen(host.button(live.pause));
    const first = show.lineup[0]?.title ?? "";
    await host.pin(first);
    await host.say("uno, due, prova");
    // Who is not of the team does not find it.
    const outsider = await fetch(`${cast.server.baseUrl}/api/v1/shows/${id}`);
    expect(outsider.status).toBe(404);

    await host.button(live.end).hover();
    await page.mouse.down();
    await seen(page.getByText(live.rehearsalOver));
    await page.mouse.up();
    await seen(host.heading(shows.title));
    await seen(planned);
    await gone(page.getByRole("listitem").filter({ hasText: shows.rehearsal }));
    await holds(async () => expect((await answer(`shows/${id}`)).status).toBe(404));
  });

  function answer(path: string): Promise<Response> {
    const headers = { authorization: `Bearer ${cast.server.apiKey}` };
    return fetch(`${cast.server.baseUrl}/api/v1/${path}`, { headers });
  }

  async function read(path: string): Promise<{ show: ShowView }> {
    return (await answer(path)).json() as Promise<{ show: ShowView }>;
  }
});
