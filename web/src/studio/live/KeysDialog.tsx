import { CheckField } from "../components/CheckField";
import { Dialog } from "../components/Dialog";
import { t } from "../texts";
import { KEY_NAMES } from "./keys";
import type { Keys } from "./useKeys";

type Props = { isOpen: boolean; keys: Keys; onClose: () => void };

/** Lists the keys, and switches them off. */
export function KeysDialog({ isOpen, keys, onClose }: Props) {
  const words = t().keys;
  return (
    <Dialog isOpen={isOpen} title={words.title} onClose={onClose}>
      <p class="dialog__text">{words.text}</p>
      <dl class="keys">
        {KEY_NAMES.map(([key, name]) => (
          <div key={name}>
            <dt>
              {key.split(" / ").map((part) => (
                <kbd key={part}>{part === "Space" ? words.space : part}</kbd>
              ))}
            </dt>
            <dd>{words[name]}</dd>
          </div>
        ))}
      </dl>
      <CheckField label={words.enabled} isChecked={keys.isOn.value} onChange={keys.setOn} />
    </Dialog>
  );
}
