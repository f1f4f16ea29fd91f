/** The head of a page that is not the stage: shop, language, test banner. */
import type { ShopView } from "../../lib/types";
import { LangSwitch } from "../../ui/LangSwitch";
import { TestBanner } from "../../ui/TestBanner";
import { texts } from "../texts";

type Props = { shop: ShopView; isHome?: boolean };

export function PageHead({ shop, isHome = false }: Props) {
  return (
    <>
      {shop.is_test && <TestBanner />}
      <header class="page-head">
        {isHome ? (
          <h1 class="shop-title">{shop.name}</h1>
        ) : (
          <a class="shop-name" href="/" aria-label={texts.value.home(shop.name)}>
            {shop.name}
          </a>
        )}
        <LangSwitch />
      </header>
    </>
  );
}
