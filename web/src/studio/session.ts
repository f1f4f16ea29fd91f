/**
 * Who is signed in, and what they may do.
 *
 * Invariant: the page of a member stays mounted while they sign in again, so nothing written is lost.
 */
import { computed, signal } from "@preact/signals";
import { type ApiProblem, toProblem } from "../lib/problem";
import type { Me, NewMember, NewSession, Setup } from "../lib/types";
import { applyBrand } from "../ui/brand";
import * as api from "./api";

export type SessionState =
  | { kind: "loading" }
  | { kind: "failed"; problem: ApiProblem }
  | { kind: "out"; hasEnded: boolean }
  /** `hasEnded` asks for the password on top of the page. */
  | { kind: "in"; me: Me; hasEnded: boolean };

export const session = signal<SessionState>({ kind: "loading" });

/** The member who is or was just signed in, or null. */
export const me = computed(() => (session.value.kind === "in" ? session.value.me : null));

/** What the server names in `Me.permissions`. */
export type Permission = "catalogue" | "shows" | "moderate" | "orders" | "refunds" | "settings";

/** Whether the member may do something; the server decides again, this only hides what it refuses. */
export function may(permission: Permission): boolean {
  return me.value?.permissions.includes(permission) ?? false;
}

function enter(member: Me): void {
  applyBrand(member.shop.brand_colour);
  session.value = { kind: "in", me: member, hasEnded: false };
}

/** Asks the server who the cookie belongs to. */
export async function loadSession(): Promise<void> {
  session.value = { kind: "loading" };
  try {
    const member = await api.findMe();
    if (member === null) session.value = { kind: "out", hasEnded: false };
    else enter(member);
  } catch (cause) {
    session.value = { kind: "failed", problem: toProblem(cause) };
  }
}

/** Asks again what is known of the member and the shop, while the page stays as it is. */
export async function refreshSession(): Promise<void> {
  const member = await api.findMe();
  if (member !== null) enter(member);
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

export async function acceptInvitation(body: NewMember): Promise<void> {
  enter(await api.acceptInvitation(body));
}

export async function changeName(name: string): Promise<void> {
  enter(await api.changeName({ name }));
}

/** Ends all sessions of the member, this one too. */
export async function signOutEverywhere(): Promise<void> {
  await api.signOutEverywhere();
  session.value = { kind: "out", hasEnded: false };
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

/** The server no longer knows the session: the member is asked to sign in again, in place. */
export function sessionEnded(): void {
  const state = session.value;
  if (state.kind === "in") session.value = { ...state, hasEnded: true };
}

/** The member does not sign in again: the page goes. */
export function giveUpSession(): void {
  if (session.value.kind === "in") session.value = { kind: "out", hasEnded: true };
}

api.onUnauthenticated(sessionEnded);
