/** A page that has one thing to say. */
import type { ComponentChildren } from "preact";

type Props = {
  title: string;
  text?: string;
  isBusy?: boolean;
  children?: ComponentChildren;
};

export function FullNote({ title, text, isBusy = false, children }: Props) {
  if (isBusy) {
    return (
      <main class="full-note" aria-busy="true">
        <span class="spinner" />
        <h1 class="visually-hidden">{title}</h1>
      </main>
    );
  }
  return (
    <main class="full-note">
      <h1>{title}</h1>
      {text && <p>{text}</p>}
      {children}
    </main>
  );
}
