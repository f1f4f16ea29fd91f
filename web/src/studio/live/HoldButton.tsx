import { useEffect, useRef, useState } from "preact/hooks";
import { ConfirmDialog } from "../components/ConfirmDialog";
import { t } from "../texts";

/** As long as the interface asks: an accident lets go sooner. The stylesheet fills in the same time. */
const HOLD_MS = 1_500;

type Props = { isDisabled: boolean; onHeld: () => void };

/**
 * Ends the show when held, by pointer or by key.
 *
 * Screen readers and switches click without holding; they are asked instead.
 */
export function HoldButton({ isDisabled, onHeld }: Props) {
  const { live } = t();
  const [isHolding, setHolding] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const wasTouched = useRef(false);
  useEffect(() => () => clearTimeout(timer.current), []);

  const begin = () => {
    wasTouched.current = true;
    if (isHolding || isDisabled) return;
    setHolding(true);
    timer.current = setTimeout(() => {
      setHolding(false);
      onHeld();
    }, HOLD_MS);
  };
  const letGo = () => {
    clearTimeout(timer.current);
    setHolding(false);
  };
  const isPress = (event: KeyboardEvent) => event.key === "Enter" || event.key === " ";
  const click = () => {
    if (!wasTouched.current) setAsking(true);
    wasTouched.current = false;
  };
  return (
    <>
      <button
        type="button"
        class={isHolding ? "button is-danger hold hold--on" : "button is-danger hold"}
        disabled={isDisabled}
        onPointerDown={begin}
        onPointerUp={letGo}
        onPointerLeave={letGo}
        onPointerCancel={letGo}
        onKeyDown={(event) => isPress(event) && !event.repeat && begin()}
        onKeyUp={(event) => isPress(event) && letGo()}
        onBlur={letGo}
        onClick={click}
        onContextMenu={(event) => event.preventDefault()}
      >
        <span>{isHolding ? live.endHolding : live.end}</span>
      </button>
      <ConfirmDialog
        isOpen={isAsking}
        title={live.endTitle}
        text={live.endText}
        confirm={live.endConfirm}
        onConfirm={() => {
          setAsking(false);
          onHeld();
        }}
        onCancel={() => setAsking(false)}
      />
    </>
  );
}
