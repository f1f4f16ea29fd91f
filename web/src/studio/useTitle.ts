import { useEffect } from "preact/hooks";

/** Names the page in the browser's tab and history, which is also what screen readers announce. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Vetrina Studio`;
  }, [title]);
}
