/** The pages that tell who sells and under which terms; they open beside the show. */
import { lang } from "../../ui/lang";
import { privacyTexts } from "../privacy/texts";
import { rightsTexts } from "./texts";

const PAGES = ["seller", "terms", "withdrawal", "privacy"] as const;

type Props = {
  slug: string;
  /** Opens what is kept of the viewer, where there is one. */
  onData?: () => void;
};

export function SellerLinks({ slug, onData }: Props) {
  const text = rightsTexts.value;
  return (
    <nav class="seller-links" aria-label={text.nav}>
      {PAGES.map((page) => (
        <a
          key={page}
          href={`/legal/${page}?shop=${slug}&lang=${lang.value}`}
          target="_blank"
          rel="noopener"
        >
          {text[page]}
        </a>
      ))}
      {onData && (
        <button type="button" onClick={onData}>
          {privacyTexts.value.open}
        </button>
      )}
    </nav>
  );
}
