/** The striped strip that says no real money moves. */
import { common } from "./lang";

export function TestBanner() {
  const texts = common.value;
  return (
    <aside class="test-banner" aria-label={texts.testBanner} title={texts.testBannerLong}>
      {texts.testBanner}
    </aside>
  );
}
