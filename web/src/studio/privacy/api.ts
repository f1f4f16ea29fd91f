/** The calls about people's data; kept apart from the large list of all others. */
import { createApi } from "../../lib/api";
import type { BuyerErasure, BuyerScope, Retention, ViewerErasure } from "../../lib/types";
import { watchedFetch } from "../api";

const api = createApi({ fetch: watchedFetch });

export function getRetention(signal?: AbortSignal): Promise<Retention> {
  return api.get("/shop/retention", { signal });
}
export function putRetention(body: Retention): Promise<Retention> {
  return api.put("/shop/retention", body);
}
export function previewViewer(id: string): Promise<ViewerErasure> {
  return api.get(`/viewers/${id}/erasure`);
}
export function eraseViewer(id: string): Promise<ViewerErasure> {
  return api.put(`/viewers/${id}/erasure`, { confirmed: true });
}
export function downloadViewer(id: string): Promise<Blob> {
  return api.download(`/viewers/${id}/data`);
}
export function previewBuyer(id: string, of: BuyerScope): Promise<BuyerErasure> {
  return api.get(`/orders/${id}/erasure`, { query: { of } });
}
export function eraseBuyer(id: string, of: BuyerScope): Promise<BuyerErasure> {
  return api.put(`/orders/${id}/erasure`, { confirmed: true, of });
}
export function downloadBuyer(id: string, of: BuyerScope): Promise<Blob> {
  return api.download(`/orders/${id}/data`, { query: { of } });
}
