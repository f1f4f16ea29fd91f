/**
 * The product being edited: the draft, what the server has, and saving the difference.
 *
 * Invariant: after every save, worked or not, `base` is what the server has.
 */
import { computed, signal } from "@preact/signals";
import { type ApiProblem, toProblem } from "../../lib/problem";
import type { Product, ProductStatus } from "../../lib/types";
import { lang } from "../../ui/lang";
import * as api from "../api";
import { errorsOf, type FieldErrors, NO_ERRORS, stillWrong } from "../forms/errors";
import {
  adoptIds,
  changesOf,
  checkProduct,
  emptyProduct,
  newProductOf,
  type ProductChange,
  type ProductDraft,
  pointerOf,
  productDraftOf,
} from "../forms/product";

export type SaveResult = "saved" | "incomplete" | "stale" | "refused";

export class ProductEditor {
  readonly base = signal<Product | null>(null);
  readonly draft = signal<ProductDraft>(emptyProduct());
  readonly errors = signal<FieldErrors>(NO_ERRORS);
  readonly problem = signal<ApiProblem | null>(null);
  readonly isBusy = signal(false);
  readonly isStale = signal(false);
  /** The form as it was opened or last saved, for telling whether anything was touched. */
  private readonly clean = signal(shapeOf(emptyProduct()));
  readonly isDirty = computed(() => shapeOf(this.draft.value) !== this.clean.value);

  constructor(private readonly currency: string) {}

  /** Shows a product and forgets what was written. */
  open(product: Product): void {
    this.base.value = product;
    this.draft.value = productDraftOf(product, lang.value);
    this.clean.value = shapeOf(this.draft.value);
    this.errors.value = NO_ERRORS;
    this.problem.value = null;
    this.isStale.value = false;
  }

  /** Takes pictures and stock of a newer product without touching the form. */
  refresh(product: Product): void {
    this.base.value = product;
  }

  write(part: Partial<ProductDraft>): void {
    this.draft.value = { ...this.draft.value, ...part };
    this.errors.value = stillWrong(
      this.errors.value,
      checkProduct(this.draft.value, this.currency),
    );
  }

  discard(): void {
    const base = this.base.value;
    if (base !== null) this.open(base);
    else this.draft.value = emptyProduct();
    this.errors.value = NO_ERRORS;
  }

  /** Creates or changes the product; `isForced` writes over what somebody else changed. */
  async save(isForced = false): Promise<SaveResult> {
    this.errors.value = checkProduct(this.draft.value, this.currency);
    this.problem.value = null;
    if (this.errors.value.size > 0) return "incomplete";
    this.isBusy.value = true;
    try {
      const base = this.base.value;
      return base === null ? await this.create() : await this.change(base, isForced);
    } catch (cause) {
      return this.refuse(toProblem(cause), "");
    } finally {
      this.isBusy.value = false;
    }
  }

  async putStatus(status: ProductStatus): Promise<void> {
    const base = this.base.value;
    if (base === null) return;
    this.base.value = await api.changeProduct(base.id, { status });
  }

  private async create(): Promise<SaveResult> {
    const body = newProductOf(this.draft.value, this.currency);
    if (body === null) return "incomplete";
    this.open(await api.createProduct(body));
    return "saved";
  }

  private async change(shown: Product, isForced: boolean): Promise<SaveResult> {
    const base = isForced ? await api.getProduct(shown.id) : shown;
    for (const change of changesOf(base, this.draft.value, this.currency)) {
      try {
        await perform(base, change);
      } catch (cause) {
        const problem = toProblem(cause);
        await this.catchUp(base.id);
        return this.refuse(problem, pointerOf(change));
      }
    }
    this.open(await api.getProduct(base.id));
    return "saved";
  }

  /** Part of a save may have worked: the form keeps its words, the base becomes the server's. */
  private async catchUp(id: string): Promise<void> {
    try {
      const product = await api.getProduct(id);
      this.draft.value = adoptIds(this.draft.value, product);
      this.base.value = product;
      this.clean.value = shapeOf(productDraftOf(product, lang.value));
    } catch {
      // The refusal that led here is what the member has to read, not a second one.
    }
  }

  private refuse(problem: ApiProblem, pointer: string): SaveResult {
    this.problem.value = problem;
    this.errors.value = errorsOf(problem, pointer);
    this.isStale.value = problem.status === 412 || problem.code === "stale";
    return this.isStale.value ? "stale" : "refused";
  }
}

function perform(product: Product, change: ProductChange): Promise<unknown> {
  switch (change.type) {
    case "product":
      return api.changeProduct(product.id, change.body, product.version);
    case "variant-add":
      return api.addVariant(product.id, change.body);
    case "variant-patch":
      return api.changeVariant(change.id, change.body);
    case "stock":
      return api.putStock(change.id, change.body);
    case "variant-delete":
      return api.deleteVariant(change.id);
    default: {
      const impossible: never = change;
      return impossible;
    }
  }
}

/** Keys only tell rows apart on screen; they are no part of what was written. */
function shapeOf(draft: ProductDraft): string {
  return JSON.stringify({
    ...draft,
    variants: draft.variants.map(({ key: _key, ...written }) => written),
  });
}
