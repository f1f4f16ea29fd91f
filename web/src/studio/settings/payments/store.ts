/**
 * How the shop's money is taken, and what the last check of each mode found.
 *
 * Knows the calls, no component.
 */
import { signal } from "@preact/signals";
import type { CheckReport, KeyMode, PaymentAccount, PaymentKeys } from "../../../lib/types";
import * as api from "../../api";
import { Resource } from "../../pager";
import { payments } from "../../payments";

/** Keys as they are typed in; what is left empty stays as it is. */
export type TypedKeys = { secretKey: string; connected: string; publishable: string };

/** What is under way; one thing at a time. */
export type Task = "key" | "check" | "hook" | "live";

export class PaymentStore {
  readonly account = new Resource<PaymentAccount>((signal) => api.getPaymentAccount(signal));
  readonly reports = signal<Partial<Record<KeyMode, CheckReport>>>({});
  readonly task = signal<Task | null>(null);

  /** The shop's keys of a mode, or null. */
  keysOf(mode: KeyMode): PaymentKeys | null {
    return this.account.value.value?.keys.find((keys) => keys.mode === mode) ?? null;
  }

  /** Stores a key and looks at once what it still needs. */
  async setKeys(mode: KeyMode, typed: TypedKeys): Promise<void> {
    await this.run("key", async () =>
      this.take(
        await api.putPaymentKeys({
          secret_key: typed.secretKey.trim(),
          connected_account: typed.connected.trim() || null,
          publishable_key: typed.publishable.trim() || null,
        }),
      ),
    );
    await this.check(mode);
  }

  /** Stores the key that browsers may see; an empty one is forgotten. */
  async setPublishableKey(mode: KeyMode, key: string): Promise<void> {
    const body = { publishable_key: key === "" ? null : key };
    await this.run("key", async () => this.take(await api.putPublishableKey(mode, body)));
    await this.check(mode);
  }

  async removeKeys(mode: KeyMode): Promise<void> {
    await this.run("key", async () => this.take(await api.deletePaymentKeys(mode)));
    this.reports.value = { ...this.reports.value, [mode]: undefined };
  }

  async check(mode: KeyMode): Promise<void> {
    await this.run("check", async () => {
      const report = await api.checkPaymentAccount({ mode });
      this.reports.value = { ...this.reports.value, [mode]: report };
      await this.account.load();
      payments.value = this.account.value.value;
    });
  }

  async createEndpoint(mode: KeyMode): Promise<void> {
    await this.run("hook", async () => this.take(await api.createWebhookEndpoint({ mode })));
    await this.check(mode);
  }

  async setSecret(mode: KeyMode, secret: string): Promise<void> {
    await this.run("hook", async () =>
      this.take(await api.putWebhookSecret(mode, { webhook_secret: secret })),
    );
    await this.check(mode);
  }

  async goLive(): Promise<void> {
    await this.run("live", async () => this.take(await api.goLive({ i_understand: true })));
  }

  private take(account: PaymentAccount): void {
    this.account.set(account);
    payments.value = account;
  }

  private async run(task: Task, work: () => Promise<void>): Promise<void> {
    this.task.value = task;
    try {
      await work();
    } finally {
      this.task.value = null;
    }
  }
}
