/** The pages that tell who sells and under which terms; they open beside the show. */
import { lang } from "../../ui/lang";
import { rightsTexts } from "./texts";

const PAGES = ["seller", "terms", "withdrawal", "privacy"] as const;

export function SellerLinks({ slug }: { slug: string }) {
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
    </nav>
  );
}
