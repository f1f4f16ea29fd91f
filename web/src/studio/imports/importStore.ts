/**
 * An import on its way: the file, the questions about it, and the server's report.
 *
 * Invariant: what is applied is the file and the answers that the shown report is about.
 */
import { type Signal, signal } from "@preact/signals";
import { ApiProblem, toProblem } from "../../lib/problem";
import type { ImportFormat, ImportMode, ImportReport } from "../../lib/types";
import * as api from "../api";

export type ImportStep =
  | { kind: "choose" }
  | { kind: "checked"; report: ImportReport }
  | { kind: "done"; report: ImportReport };

/** The server refuses more, so the upload is spared. */
const FILE_BYTES_MAX = 8 * 1024 * 1024;

export class ImportStore {
  readonly step = signal<ImportStep>({ kind: "choose" });
  readonly file = signal<File | null>(null);
  readonly format = signal<ImportFormat>("auto");
  readonly currency: Signal<string>;
  readonly isBusy = signal(false);
  readonly problem = signal<ApiProblem | null>(null);

  constructor(currency: string) {
    this.currency = signal(currency);
  }

  /** Takes a file and checks it; nothing changes on the server. */
  async check(file: File): Promise<void> {
    this.file.value = file;
    const report = await this.run(file, "dry_run");
    if (report !== null) this.step.value = { kind: "checked", report };
  }

  /** Checks the same file with other answers. */
  async checkAgain(): Promise<void> {
    if (this.file.value !== null) await this.check(this.file.value);
  }

  async apply(): Promise<void> {
    if (this.file.value === null) return;
    const report = await this.run(this.file.value, "apply");
    if (report !== null) this.step.value = { kind: "done", report };
  }

  restart(): void {
    this.file.value = null;
    this.problem.value = null;
    this.step.value = { kind: "choose" };
  }

  private async run(file: File, mode: ImportMode): Promise<ImportReport | null> {
    if (this.isBusy.value) return null;
    this.problem.value = null;
    if (file.size > FILE_BYTES_MAX) {
      this.problem.value = new ApiProblem({ code: "too_large", status: 0, detail: "" });
      return null;
    }
    this.isBusy.value = true;
    try {
      const query = { format: this.format.value, mode, currency: this.currency.value };
      return await api.importFile(file, query);
    } catch (cause) {
      this.problem.value = toProblem(cause);
      return null;
    } finally {
      this.isBusy.value = false;
    }
  }
}
