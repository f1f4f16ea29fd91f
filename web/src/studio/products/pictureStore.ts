/**
 * The pictures of a product: uploads one after the other, order, deletion.
 *
 * Invariant: a failed change leaves the order that the server has.
 */
import { signal } from "@preact/signals";
import { type ApiProblem, toProblem } from "../../lib/problem";
import type { ImageView, Product } from "../../lib/types";
import * as api from "../api";
import { moved } from "../forms/lineup";
import { uploadImage } from "../upload";
import type { ProductEditor } from "./editor";

export type Upload = { id: number; name: string; percent: number; problem: ApiProblem | null };

export class PictureStore {
  readonly uploads = signal<readonly Upload[]>([]);
  private lastId = 0;
  private queue: Promise<void> = Promise.resolve();

  constructor(private readonly editor: ProductEditor) {}

  /** Uploads the files in their order; one at a time, so that they also arrive in it. */
  add(files: readonly File[]): void {
    for (const file of files) {
      this.lastId += 1;
      const id = this.lastId;
      this.uploads.value = [
        ...this.uploads.value,
        { id, name: file.name, percent: 0, problem: null },
      ];
      this.queue = this.queue.then(() => this.send(id, file));
    }
  }

  forget(id: number): void {
    this.uploads.value = this.uploads.value.filter((upload) => upload.id !== id);
  }

  async move(product: Product, from: number, to: number): Promise<void> {
    const images = moved(product.images, from, to);
    this.show(product, images);
    try {
      await api.putImageOrder(product.id, { image_ids: images.map(({ id }) => id) });
    } finally {
      await this.reload(product.id);
    }
  }

  async remove(product: Product, image: ImageView): Promise<void> {
    await api.deleteImage(image.id);
    await this.reload(product.id);
  }

  /** Looks again, for pictures that are still being fetched. */
  async reload(productId: string): Promise<void> {
    this.editor.refresh(await api.getProduct(productId));
  }

  private async send(id: number, file: File): Promise<void> {
    const product = this.editor.base.value;
    if (product === null) return;
    try {
      await uploadImage(product.id, file, (percent) => this.change(id, { percent }));
      this.forget(id);
      await this.reload(product.id);
    } catch (cause) {
      this.change(id, { problem: toProblem(cause) });
    }
  }

  private show(product: Product, images: ImageView[]): void {
    this.editor.refresh({ ...product, images });
  }

  private change(id: number, part: Partial<Upload>): void {
    this.uploads.value = this.uploads.value.map((upload) =>
      upload.id === id ? { ...upload, ...part } : upload,
    );
  }
}
