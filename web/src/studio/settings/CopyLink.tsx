import { useId } from "preact/hooks";
import { Icon } from "../components/Icon";
import { copyText } from "../copy";
import { t } from "../texts";

/** An address to look at, open and copy. */
export function CopyLink({ label, url }: { label: string; url: string }) {
  const id = useId();
  const { common } = t();
  return (
    <div class="copy-link">
      <label class="field__label" for={id}>
        {label}
      </label>
      <div class="input-row">
        <input
          id={id}
          class="input"
          type="text"
          readOnly
          value={url}
          onFocus={(event) => event.currentTarget.select()}
        />
        <button type="button" class="button" onClick={() => copyText(url)}>
          <Icon name="copy" />
          {common.copy}
        </button>
      </div>
    </div>
  );
}
