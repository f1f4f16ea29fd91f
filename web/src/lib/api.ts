/**
 * The REST interface: one typed call per verb, every refusal an `ApiProblem`.
 *
 * Knows no resource by name except through its callers.
 * Members are known by their cookie, viewers by the token handed in.
 */
import { randomId } from "./id";
import { ApiProblem, isProblem } from "./problem";
import type { Problem } from "./types";

export { ApiProblem, toProblem } from "./problem";

/** How long an answer may take: checkouts wait for the payment provider, nothing waits longer. */
const TIMEOUT_MS = 20_000;

export type Query = Record<string, string | number | boolean | null | undefined>;
export type CallOptions = {
  query?: Query;
  /** Repeats with the same key have one effect; made per call when a POST names none. */
  idempotencyKey?: string;
  /** The version the change is based on; the server answers 412 `stale` when it moved on. */
  ifMatch?: number;
  signal?: AbortSignal;
};
export type ApiOptions = {
  base?: string;
  fetch?: typeof fetch;
  token?: () => string | null;
};
export type Api = {
  get<T>(path: string, options?: CallOptions): Promise<T>;
  post<T>(path: string, body?: unknown, options?: CallOptions): Promise<T>;
  put<T>(path: string, body?: unknown, options?: CallOptions): Promise<T>;
  patch<T>(path: string, body: unknown, options?: CallOptions): Promise<T>;
  delete<T>(path: string, options?: CallOptions): Promise<T>;
  /** Posts bytes as they are: images and import files. */
  upload<T>(path: string, bytes: Blob, type: string, options?: CallOptions): Promise<T>;
  /** Gets bytes as they are: files to be saved. */
  download(path: string, options?: CallOptions): Promise<Blob>;
};

/** Makes the client; `base` is `/api/v1` on our own pages. */
export function createApi(options: ApiOptions = {}): Api {
  const call = <T>(method: string, path: string, body: Body | null, more: CallOptions = {}) =>
    send<T>(options, method, path, body, more);
  return {
    get: (path, more) => call("GET", path, null, more),
    post: (path, body, more) => call("POST", path, json(body), more),
    put: (path, body, more) => call("PUT", path, json(body), more),
    patch: (path, body, more) => call("PATCH", path, json(body), more),
    delete: (path, more) => call("DELETE", path, null, more),
    upload: (path, bytes, type, more) => call("POST", path, { type, content: bytes }, more),
    download: (path, more = {}) =>
      receive(options, "GET", path, null, more, (answer) => answer.blob()),
  };
}

type Body = { type: string; content: BodyInit };

function json(body: unknown): Body | null {
  return body === undefined ? null : { type: "application/json", content: JSON.stringify(body) };
}

async function send<T>(
  options: ApiOptions,
  method: string,
  path: string,
  body: Body | null,
  more: CallOptions,
): Promise<T> {
  const take = async (answer: Response) => ({ text: await answer.text(), status: answer.status });
  const { text, status } = await receive(options, method, path, body, more, take);
  return read<T>(text, status);
}

/** Sends a request and takes a good answer in; anything else becomes a problem. */
async function receive<T>(
  options: ApiOptions,
  method: string,
  path: string,
  body: Body | null,
  more: CallOptions,
  take: (answer: Response) => Promise<T>,
): Promise<T> {
  const url = (options.base ?? "/api/v1") + path + queryString(more.query);
  const headers = headersOf(options, method, body, more);
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const signal = more.signal ? AbortSignal.any([more.signal, timeout]) : timeout;
  const init: RequestInit = { method, headers, signal, credentials: "same-origin" };
  if (body) init.body = body.content;
  let response: Response;
  let refused: string;
  try {
    response = await (options.fetch ?? fetch)(url, init);
    if (response.ok) return await take(response);
    refused = await response.text();
  } catch (cause) {
    throw transportProblem(cause, timeout.aborted);
  }
  throw refusal(response, refused);
}

function headersOf(options: ApiOptions, method: string, body: Body | null, more: CallOptions) {
  const headers = new Headers({ accept: "application/json" });
  if (body) headers.set("content-type", body.type);
  const token = options.token?.() ?? null;
  if (token) headers.set("authorization", `Bearer ${token}`);
  if (method === "POST") {
    headers.set("idempotency-key", more.idempotencyKey ?? randomId());
  }
  if (more.ifMatch !== undefined) headers.set("if-match", `"${more.ifMatch}"`);
  return headers;
}

function queryString(query: Query | undefined): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined && value !== "") pairs.set(name, String(value));
  }
  const text = pairs.toString();
  return text ? `?${text}` : "";
}

/** Reads a good answer; a page that some proxy slipped in is a fault, not a value. */
function read<T>(text: string, status: number): T {
  try {
    return JSON.parse(text === "" ? "null" : text);
  } catch {
    throw new ApiProblem({ code: "internal", status, detail: "the answer is not JSON" });
  }
}

function problemIn(text: string): Problem | null {
  try {
    const body: unknown = JSON.parse(text);
    return isProblem(body) ? body : null;
  } catch {
    return null;
  }
}

function refusal(response: Response, text: string): ApiProblem {
  const retryMs = retryAfterMs(response.headers.get("retry-after"));
  const body = problemIn(text);
  if (!body) {
    const detail = `HTTP ${response.status}`;
    return new ApiProblem({
      code: codeOf(response.status),
      status: response.status,
      detail,
      retryMs,
    });
  }
  return new ApiProblem({
    code: body.code,
    status: response.status,
    detail: body.detail,
    retryMs,
    checkoutId: body.checkout_id ?? null,
    variantId: body.variant_id ?? null,
    price: body.price ?? null,
    offerUnits: body.offer_units ?? 0,
    againAt: body.again_at ?? null,
    requestId: body.request_id ?? null,
    errors: body.errors ?? [],
  });
}

/** Names a refusal that came from something else than our server. */
function codeOf(status: number): string {
  switch (status) {
    case 401:
      return "unauthenticated";
    case 403:
      return "forbidden";
    case 404:
      return "not_found";
    case 413:
      return "too_large";
    case 415:
      return "unsupported_media_type";
    case 429:
      return "rate_limited";
    case 502:
    case 503:
    case 504:
      return "overloaded";
    default:
      return "internal";
  }
}

function retryAfterMs(header: string | null): number | null {
  const secs = header === null ? Number.NaN : Number(header);
  return Number.isFinite(secs) && secs >= 0 ? secs * 1000 : null;
}

function transportProblem(cause: unknown, isTimeout: boolean): ApiProblem {
  const detail = cause instanceof Error ? cause.message : "";
  if (isTimeout) return new ApiProblem({ code: "timeout", status: 0, detail });
  const isAborted = cause instanceof Error && cause.name === "AbortError";
  return new ApiProblem({ code: isAborted ? "aborted" : "offline", status: 0, detail });
}
