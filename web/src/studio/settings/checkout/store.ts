/**
 * The checkout settings being edited: the draft, what the server has, and saving it whole.
 */
import { computed, type Signal, signal } from "@preact/signals";
import { type ApiProblem, toProblem } from "../../../lib/problem";
import type { CheckoutSettingsView } from "../../../lib/types";
import { lang } from "../../../ui/lang";
import * as api from "../../api";
import {
  type CheckoutDraft,
  draftOf,
  type RateDraft,
  readDraft,
  type ZoneDraft,
} from "../../forms/checkout";
import { errorsOf, type FieldErrors, NO_ERRORS, stillWrong } from "../../forms/errors";

export class CheckoutEditor {
  readonly draft: Signal<CheckoutDraft>;
  readonly errors = signal<FieldErrors>(NO_ERRORS);
  readonly problem = signal<ApiProblem | null>(null);
  readonly isBusy = signal(false);
  readonly currency: string;
  private readonly saved = signal("");
  readonly isDirty = computed(() => this.shape() !== this.saved.value);

  constructor(view: CheckoutSettingsView) {
    this.currency = view.currency;
    this.draft = signal(draftOf(view, view.currency, lang.value));
    this.saved.value = this.shape();
  }

  write(part: Partial<CheckoutDraft>): void {
    this.draft.value = { ...this.draft.value, ...part };
    this.errors.value = stillWrong(this.errors.value, this.read().errors);
  }

  writeZone(key: number, part: Partial<ZoneDraft>): void {
    const { zones } = this.draft.value;
    this.write({ zones: zones.map((zone) => (zone.key === key ? { ...zone, ...part } : zone)) });
  }

  writeRate(zone: ZoneDraft, key: number, part: Partial<RateDraft>): void {
    this.writeZone(zone.key, {
      rates: zone.rates.map((rate) => (rate.key === key ? { ...rate, ...part } : rate)),
    });
  }

  /** Answers whether it is saved now. */
  async save(): Promise<boolean> {
    if (this.isBusy.value) return false;
    const { settings, errors } = this.read();
    this.errors.value = errors;
    this.problem.value = null;
    if (errors.size > 0) return false;
    this.isBusy.value = true;
    try {
      const view = await api.putCheckoutSettings(settings);
      this.draft.value = draftOf(view, view.currency, lang.value);
      this.saved.value = this.shape();
      return true;
    } catch (cause) {
      const problem = toProblem(cause);
      this.errors.value = errorsOf(problem);
      this.problem.value = problem;
      return false;
    } finally {
      this.isBusy.value = false;
    }
  }

  private read() {
    return readDraft(this.draft.value, this.currency);
  }

  /** What would be sent, which is what tells whether anything was touched. */
  private shape(): string {
    const { zones, ...rest } = this.draft.value;
    const written = zones.map(({ countries, rates }) => ({
      countries,
      rates: rates.map(({ key: _key, ...rate }) => rate),
    }));
    return JSON.stringify({ ...rest, zones: written });
  }
}
