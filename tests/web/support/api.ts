/** What a shop's own programs ask the server: by its key, over REST. */
import { expect } from "vitest";
import type { ProductView, ShowView } from "../../../web/src/lib/types";
import type { Demo } from "./server";

export type Ask = <T>(path: string, method: string, body?: object, token?: string) => Promise<T>;

/** Asks under `/api/v1` of the demo; a refusal fails the test. `token` asks as a viewer. */
export function apiOf(server: () => Demo): Ask {
  return async <T>(path: string, method: string, body?: object, token?: string) => {
    const answer = await fetch(`${server().baseUrl}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token ?? server().apiKey}`,
        "content-type": "application/json",
        "idempotency-key": crypto.randomUUID(),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    expect(answer.ok, `${method} ${path}: ${answer.status} ${text}`).toBe(true);
    return (text === "" ? null : JSON.parse(text)) as T;
  };
}

/** A product of a show by its title. */
export async function productOf(ask: Ask, show: string, title: string): Promise<ProductView> {
  const page = await ask<{ show: ShowView }>(`/shows/${show}`, "GET");
  const found = page.show.lineup.find((product) => product.title === title);
  if (!found) throw new Error(`${title} is not in the show`);
  return found;
}
