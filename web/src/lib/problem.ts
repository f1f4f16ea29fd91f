/**
 * What went wrong, in the one form the whole client uses.
 *
 * Codes come from the server and stay stable; a few are made here for faults the server
 * never saw (`offline`, `timeout`, `queue_full`).
 */
import type { Money, Problem, SocketProblem } from "./types";

export type ProblemFacts = {
  code: string;
  status: number;
  detail: string;
  retryMs?: number | null;
  checkoutId?: string | null;
  variantId?: string | null;
  price?: Money | null;
  offerUnits?: number;
  againAt?: string | null;
  requestId?: string | null;
  errors?: { pointer: string; code: string }[];
};

/** An answer that refuses, or an answer that never came. */
export class ApiProblem extends Error {
  readonly code: string;
  /** The HTTP status; 0 when no answer came or the refusal came over the socket. */
  readonly status: number;
  readonly retryMs: number | null;
  /** The reservation in the way, with `reservation_exists`. */
  readonly checkoutId: string | null;
  /** The variant it is about, with `sold_out`, `product_unavailable` and `price_changed`. */
  readonly variantId: string | null;
  /** What a piece costs by now, with `price_changed`. */
  readonly price: Money | null;
  /** Pieces that this buyer still gets at the offer's price, with `price_changed`. */
  readonly offerUnits: number;
  /** When a price may be offered again, with `offer_repeated`. */
  readonly againAt: string | null;
  readonly requestId: string | null;
  readonly errors: { pointer: string; code: string }[];

  constructor(facts: ProblemFacts) {
    super(facts.detail || facts.code);
    this.name = "ApiProblem";
    this.code = facts.code;
    this.status = facts.status;
    this.retryMs = facts.retryMs ?? null;
    this.checkoutId = facts.checkoutId ?? null;
    this.variantId = facts.variantId ?? null;
    this.price = facts.price ?? null;
    this.offerUnits = facts.offerUnits ?? 0;
    this.againAt = facts.againAt ?? null;
    this.requestId = facts.requestId ?? null;
    this.errors = facts.errors ?? [];
  }
}

/** Turns anything thrown into a problem, so that callers handle one type. */
export function toProblem(cause: unknown): ApiProblem {
  if (cause instanceof ApiProblem) return cause;
  const detail = cause instanceof Error ? cause.message : "";
  return new ApiProblem({ code: "internal", status: 0, detail });
}

export function socketProblem(problem: SocketProblem): ApiProblem {
  const { code, detail, retry_ms } = problem;
  return new ApiProblem({ code, status: 0, detail, retryMs: retry_ms ?? null });
}

/** Recognises a problem body; proxies in between answer with pages of their own. */
export function isProblem(body: unknown): body is Problem {
  return (
    typeof body === "object" && body !== null && "code" in body && typeof body.code === "string"
  );
}
