import { Icon } from "../components/Icon";
import { problemText, t } from "../texts";
import type { PictureStore } from "./pictureStore";

/** What is on its way, and what did not arrive. */
export function UploadList({ store }: { store: PictureStore }) {
  const { product: words, common } = t();
  if (store.uploads.value.length === 0) return null;
  return (
    <ul class="uploads" aria-live="polite">
      {store.uploads.value.map(({ id, name, percent, problem }) => (
        <li key={id} class="upload">
          {problem === null ? (
            <>
              <span class="upload__name numeric">
                {percent < 100 ? words.uploading(name, percent) : words.processing(name)}
              </span>
              <progress max={100} value={percent} aria-label={name} />
            </>
          ) : (
            <>
              <span class="field__error">{words.uploadFailed(name, problemText(problem))}</span>
              <button
                type="button"
                class="icon-button"
                aria-label={common.dismiss}
                onClick={() => store.forget(id)}
              >
                <Icon name="close" />
              </button>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
