/**
 * Who is signed in.
 *
 * Invariant: `me` is null whenever the server would answer 401.
 */
import { computed, signal } from "@preact/signals";
import { type ApiProblem, toProblem } from "../lib/problem";
import type { Me, NewSession, Setup } from "../lib/types";
import { applyBrand } from "../ui/brand";
import * as api from "./api";

export type SessionState =
  | { kind: "loading" }
  | { kind: "failed"; problem: ApiProblem }
  | { kind: "out"; hasEnded: boolean }
  | { kind: "in"; me: Me };

export const session = signal<SessionState>({ kind: "loading" });

/** The member who is signed in, or null. */
export const me = computed(() => (session.value.kind === "in" ? session.value.me : null));

export function enter(member: Me): void {
  applyBrand(member.shop.brand_colour);
  session.value = { kind: "in", me: member };
}

/** Asks the server who the cookie belongs to. */
export async function loadSession(): Promise<void> {
  session.value = { kind: "loading" };
  try {
    enter(await api.getMe());
  } catch (cause) {
    const problem = toProblem(cause);
    session.value =
      problem.status === 401 ? { kind: "out", hasEnded: false } : { kind: "failed", problem };
  }
}

export async function signIn(body: NewSession): Promise<void> {
  enter(await api.signIn(body));
}

export async function signInOnce(token: string): Promise<void> {
  enter(await api.signInOnce({ token }));
}

export async function setUp(body: Setup): Promise<void> {
  enter(await api.setUp(body));
}

/** Leaves; a session that is already gone on the server counts as left. */
export async function signOut(): Promise<void> {
  try {
    await api.signOut();
  } catch (cause) {
    if (toProblem(cause).status !== 401) throw cause;
  }
  session.value = { kind: "out", hasEnded: false };
}

/** The server no longer knows the session: the sign-in form takes the place of the page. */
export function sessionEnded(): void {
  if (session.value.kind === "in") session.value = { kind: "out", hasEnded: true };
}
