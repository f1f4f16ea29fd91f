/**
 * Time as the server counts it, so that a wrong clock on a phone never lengthens a deadline.
 */

import { localeOf } from "./i18n";

/** Remembers how far the server's clock is from ours. */
export class ServerClock {
  private offsetMs = 0;

  constructor(private readonly localNow: () => number = Date.now) {}

  /** Takes the time of an answer that just arrived. */
  sync(serverTime: string): void {
    const at = Date.parse(serverTime);
    if (!Number.isNaN(at)) this.offsetMs = at - this.localNow();
  }

  /** Milliseconds since 1970 by the server's clock. */
  now(): number {
    return this.localNow() + this.offsetMs;
  }

  /** Milliseconds until a moment, never negative. */
  msUntil(at: string): number {
    return Math.max(0, Date.parse(at) - this.now());
  }
}

/** Writes a span as `0:42`, `12:05` or `3:07:09`. */
export function formatSpan(ms: number): string {
  const secs = Math.ceil(ms / 1000);
  const parts = [Math.floor((secs % 3600) / 60), secs % 60];
  const hours = Math.floor(secs / 3600);
  const [first, ...rest] = hours > 0 ? [hours, ...parts] : parts;
  return [String(first), ...rest.map((part) => String(part).padStart(2, "0"))].join(":");
}

/** The time of day: `12:51`. */
export function formatTime(at: string, lang: string): string {
  return new Intl.DateTimeFormat(localeOf(lang), { hour: "2-digit", minute: "2-digit" }).format(
    new Date(at),
  );
}

/** Day and time for an announced show: `sabato 21 novembre, 20:30`. */
export function formatDateTime(at: string, lang: string): string {
  return new Intl.DateTimeFormat(localeOf(lang), {
    weekday: "long",
    day: "numeric",
    month: "long",
    hour: "2-digit",
    minute: "2-digit",
  }).format(new Date(at));
}

/** A past day: `21 novembre 2026`. */
export function formatDate(at: string, lang: string): string {
  return new Intl.DateTimeFormat(localeOf(lang), {
    day: "numeric",
    month: "long",
    year: "numeric",
  }).format(new Date(at));
}
