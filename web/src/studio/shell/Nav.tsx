import { Icon, type IconName } from "../components/Icon";
import { Link } from "../components/Link";
import { route } from "../navigation";
import { type Section, sectionOf } from "../router";
import { t } from "../texts";

const ENTRIES: readonly (readonly [Section, IconName])[] = [
  ["shows", "live"],
  ["products", "products"],
  ["orders", "orders"],
  ["settings", "settings"],
];

/** The four areas: in the bar on a wide screen, within reach of the thumb on a phone. */
export function Nav() {
  const { shell } = t();
  const current = sectionOf(route.value);
  return (
    <nav class="nav" aria-label={shell.navigation}>
      {ENTRIES.map(([section, icon]) => (
        <Link
          key={section}
          to={{ page: section }}
          class="nav__link"
          isCurrent={section === current}
        >
          <Icon name={icon} />
          <span>{shell[section]}</span>
        </Link>
      ))}
    </nav>
  );
}
