/** Why a link led here and not where it was made for, and where to go instead. */
import { Sheet } from "../../ui/Sheet";
import { arrivalTexts, noticeText } from "../arrivalTexts";
import type { Panel } from "./model";

type Props = {
  /** The panel that is open. */
  open: Panel;
  onGo: (to: Panel) => void;
};

export function NoticeSheet({ open, onGo }: Props) {
  const words = arrivalTexts.value;
  const isOpen = open?.kind === "notice";
  const { notice, product } = isOpen ? open : { notice: null, product: null };
  const action = next(notice, product);
  return (
    <Sheet
      title={words.title}
      isOpen={isOpen}
      onClose={() => onGo(null)}
      footer={
        <button type="button" class="button is-primary is-wide" onClick={() => onGo(action.to)}>
          {words[action.name]}
        </button>
      }
    >
      <p class="link-notice">{noticeText(notice)}</p>
    </Sheet>
  );
}

type Action = { name: "toProduct" | "toProducts" | "toShow"; to: Panel };

function next(notice: string | null, product: string | null): Action {
  if (notice === "sold_out" || notice === "product_gone") {
    return { name: "toProducts", to: { kind: "products" } };
  }
  if (product !== null) return { name: "toProduct", to: { kind: "product", id: product } };
  return { name: "toShow", to: null };
}
