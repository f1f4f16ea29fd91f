/**
 * Commands on their way to the server, from the call to the reply.
 *
 * What a lost connection left unanswered goes out again on the next one; commands that
 * must not repeat carry their own identity (`message_id`), so a repeat has one effect.
 */
import { ApiProblem, socketProblem } from "./problem";
import type { CommandData, CommandType, Reply } from "./types";

/** Commands that may wait. Fifty is more than a person writes while a train is in a tunnel; the next one is refused with `queue_full`. */
export const OUTBOX_MAX = 50;

/** How long a reply may take once the command was written. */
export const REPLY_TIMEOUT_MS = 10_000;

type Entry = {
  id: string;
  frame: string;
  isWritten: boolean;
  timer: ReturnType<typeof setTimeout> | null;
  resolve: (ok: object) => void;
  reject: (problem: ApiProblem) => void;
};

/** A bounded queue of commands, each with the promise of its reply. */
export class Outbox {
  private readonly entries = new Map<string, Entry>();
  private lastId = 0;

  get size(): number {
    return this.entries.size;
  }

  /** Takes a command in; `write` is null while there is no connection. */
  add<T extends CommandType>(
    type: T,
    data: CommandData[T],
    write: ((frame: string) => void) | null,
  ): Promise<object> {
    if (this.entries.size >= OUTBOX_MAX) return Promise.reject(localProblem("queue_full"));
    this.lastId += 1;
    const id = `c${this.lastId}`;
    const frame = JSON.stringify({ id, type, data });
    return new Promise((resolve, reject) => {
      const entry: Entry = { id, frame, isWritten: false, timer: null, resolve, reject };
      this.entries.set(id, entry);
      if (write) this.write(entry, write);
    });
  }

  /** Writes everything that waits, in the order it was asked for. */
  flush(write: (frame: string) => void): void {
    for (const entry of this.entries.values()) {
      if (!entry.isWritten) this.write(entry, write);
    }
  }

  /** Settles the command a reply names; replies to forgotten commands are dropped. */
  settle(reply: Reply): void {
    const entry = this.take(reply.id);
    if (!entry) return;
    if (reply.problem) entry.reject(socketProblem(reply.problem));
    else entry.resolve(reply.ok ?? {});
  }

  /** The connection is gone: what had no reply waits for the next one. */
  unwrite(): void {
    for (const entry of this.entries.values()) {
      entry.isWritten = false;
      if (entry.timer) clearTimeout(entry.timer);
      entry.timer = null;
    }
  }

  /** Gives up on what was on its way, because it was the fault. */
  rejectWritten(code: string): void {
    for (const entry of [...this.entries.values()]) {
      if (entry.isWritten) this.take(entry.id)?.reject(localProblem(code));
    }
  }

  rejectAll(code: string): void {
    for (const id of [...this.entries.keys()]) this.take(id)?.reject(localProblem(code));
  }

  private write(entry: Entry, write: (frame: string) => void): void {
    entry.isWritten = true;
    entry.timer = setTimeout(() => {
      this.take(entry.id)?.reject(localProblem("timeout"));
    }, REPLY_TIMEOUT_MS);
    write(entry.frame);
  }

  private take(id: string): Entry | null {
    const entry = this.entries.get(id);
    if (!entry) return null;
    this.entries.delete(id);
    if (entry.timer) clearTimeout(entry.timer);
    return entry;
  }
}

function localProblem(code: string): ApiProblem {
  return new ApiProblem({ code, status: 0, detail: "" });
}
