import { t } from "../texts";

/** Says on every page that no real money moves. */
export function TestStrip() {
  const { shell } = t();
  return (
    <p class="test-banner test-strip">
      <strong>{shell.testTitle}</strong> <span class="test-strip__text">{shell.testText}</span>
    </p>
  );
}
