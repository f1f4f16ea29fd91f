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
  async setKeys(mode: KeyMode, secretKey: string, connected: string): Promise<void> {
    await this.run("key", async () => {
      const account = connected === "" ? null : connected;
      this.take(await api.putPaymentKeys({ secret_key: secretKey, connected_account: account }));
    });
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
