/** Hearts that float up over the video; none for those who asked for less motion. */
import type { ReadonlySignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../../ui/Icon";

/** More hearts than this are a smear, and each one costs a layer. */
const HEARTS_MAX = 18;
/** As long as the animation in the style sheet. */
const FLOAT_MS = 2_600;

export type HeartBurst = { count: number; at: number };
type Heart = { id: number; drift: number; delayMs: number; size: number };

let lastId = 0;

export function Hearts({ bursts }: { bursts: ReadonlySignal<HeartBurst> }) {
  const [hearts, setHearts] = useState<Heart[]>([]);
  useEffect(
    () =>
      bursts.subscribe(({ count }) => {
        if (count === 0 || document.hidden || prefersLessMotion()) return;
        const born = Array.from({ length: Math.min(count, HEARTS_MAX) }, makeHeart);
        const ids = new Set(born.map((heart) => heart.id));
        setHearts((old) => [...old, ...born].slice(-HEARTS_MAX));
        setTimeout(
          () => setHearts((old) => old.filter((heart) => !ids.has(heart.id))),
          FLOAT_MS + 600,
        );
      }),
    [bursts],
  );
  return (
    <div class="hearts" aria-hidden="true">
      {hearts.map(({ id, drift, delayMs, size }) => (
        <span
          key={id}
          class="heart-float"
          style={{ "--drift": `${drift}px`, "--size": `${size}`, animationDelay: `${delayMs}ms` }}
        >
          <Icon name="heart" isFilled />
        </span>
      ))}
    </div>
  );
}

function makeHeart(): Heart {
  lastId += 1;
  return {
    id: lastId,
    drift: Math.round((Math.random() - 0.5) * 72),
    delayMs: Math.round(Math.random() * 500),
    size: 0.8 + Math.random() * 0.5,
  };
}

function prefersLessMotion(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
