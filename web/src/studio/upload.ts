/**
 * Sends a picture and tells how far it is.
 *
 * The one place beside `lib/api` that calls the server: `fetch` cannot say how much of a body
 * is sent, and a photo on a shop's connection takes long enough to want to know.
 */
import { randomId } from "../lib/id";
import { ApiProblem, isProblem } from "../lib/problem";
import type { ImageView } from "../lib/types";

export const IMAGE_TYPES = ["image/jpeg", "image/png", "image/webp"];
/** The server takes no more; asking first spares the upload. */
export const IMAGE_BYTES_MAX = 8 * 1024 * 1024;

export function uploadImage(
  productId: string,
  file: File,
  onProgress: (percent: number) => void,
): Promise<ImageView> {
  if (!IMAGE_TYPES.includes(file.type)) return Promise.reject(refusal("unsupported_media_type"));
  if (file.size > IMAGE_BYTES_MAX) return Promise.reject(refusal("too_large"));
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/v1/products/${encodeURIComponent(productId)}/images`);
    request.responseType = "json";
    request.setRequestHeader("content-type", file.type);
    request.setRequestHeader("idempotency-key", randomId());
    request.upload.onprogress = ({ loaded, total }) =>
      onProgress(Math.round((loaded / total) * 100));
    request.onerror = () => reject(refusal("offline"));
    request.onload = () => {
      if (request.status === 201) resolve(request.response);
      else reject(problemOf(request));
    };
    request.send(file);
  });
}

function problemOf(request: XMLHttpRequest): ApiProblem {
  const body: unknown = request.response;
  if (!isProblem(body))
    return new ApiProblem({ code: "internal", status: request.status, detail: "" });
  return new ApiProblem({ code: body.code, status: request.status, detail: body.detail });
}

function refusal(code: string): ApiProblem {
  return new ApiProblem({ code, status: 0, detail: "" });
}
