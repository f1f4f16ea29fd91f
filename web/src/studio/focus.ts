/** Moves the focus to the first field that is marked as wrong, after it was drawn as such. */
export function focusFirstError(): void {
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
  });
}
