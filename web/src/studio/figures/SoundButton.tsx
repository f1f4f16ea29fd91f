import { Icon } from "../components/Icon";
import { isSoundOn, setSound } from "./chime";
import { figureTexts } from "./texts";

/** Switches the sound of a sale off and on. */
export function SoundButton() {
  const text = figureTexts.value;
  const isOn = isSoundOn();
  return (
    <button
      type="button"
      class="icon-button"
      aria-pressed={isOn}
      aria-label={text.sound}
      title={isOn ? text.soundOn : text.soundOff}
      onClick={() => setSound(!isOn)}
    >
      <Icon name={isOn ? "sound" : "mute"} />
    </button>
  );
}
