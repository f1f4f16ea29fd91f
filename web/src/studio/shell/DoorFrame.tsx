import type { ComponentChildren } from "preact";
import { LangSwitch } from "../../ui/LangSwitch";
import { useTitle } from "../useTitle";

type Props = { title: string; text: string; children: ComponentChildren };

/** The frame of the pages in front of the studio: one card in the middle. */
export function DoorFrame({ title, text, children }: Props) {
  useTitle(title);
  return (
    <main class="door">
      <div class="door__card">
        <header class="door__head">
          <p class="door__brand">Vetrina</p>
          <LangSwitch />
        </header>
        <h1>{title}</h1>
        <p class="door__text">{text}</p>
        {children}
      </div>
    </main>
  );
}
