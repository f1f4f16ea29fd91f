/**
 * Where a client stands in the streams of a show, and what of a delivery is new to it.
 */

/** `memberSeq` is null for viewers, who have one stream. */
export type Position = { epoch: string; seq: number; memberSeq: number | null };

/** Reads `<epoch>:<seq>` or `<epoch>:<seq>:<member_seq>`; null when it is neither. */
export function parsePosition(text: string): Position | null {
  const match = /^([^:]+):(\d+)(?::(\d+))?$/.exec(text);
  if (!match?.[1]) return null;
  const memberSeq = match[3] === undefined ? null : Number(match[3]);
  return { epoch: match[1], seq: Number(match[2]), memberSeq };
}

export function formatPosition({ epoch, seq, memberSeq }: Position): string {
  return memberSeq === null ? `${epoch}:${seq}` : `${epoch}:${seq}:${memberSeq}`;
}

export type Delivery<E> = { fresh: E[]; last: number; hasGap: boolean };

/** Drops what was seen before and stops in front of a hole; nothing after a hole may be applied. */
export function takeFresh<E extends { seq: number; data?: object }>(
  events: E[],
  after: number,
): Delivery<E> {
  const fresh: E[] = [];
  let last = after;
  for (const event of events) {
    if (event.seq <= last) continue;
    if (firstSeq(event) > last + 1) return { fresh, last, hasGap: true };
    fresh.push(event);
    last = event.seq;
  }
  return { fresh, last, hasGap: false };
}

/** An event that stands for a run of messages begins where the run does. */
function firstSeq({ seq, data }: { seq: number; data?: object }): number {
  return data && "from" in data ? Number(data.from) : seq;
}
