import { Icon, type IconName } from "../components/Icon";
import { Link } from "../components/Link";
import { route } from "../navigation";
import { type Section, sectionOf } from "../router";
import { may, type Permission } from "../session";
import { t } from "../texts";

/** Everybody has shows, to moderate them, and settings, for their own password. */
const ENTRIES: readonly (readonly [Section, IconName, Permission | null])[] = [
  ["shows", "live", null],
  ["products", "products", "catalogue"],
  ["orders", "orders", "orders"],
  ["links", "link", "shows"],
  ["settings", "settings", null],
];

/** The areas: in the bar on a wide screen, within reach of the thumb on a phone. */
export function Nav() {
  const { shell } = t();
  const current = sectionOf(route.value);
  return (
    <nav class="nav" aria-label={shell.navigation}>
      {ENTRIES.filter(([, , needed]) => needed === null || may(needed)).map(([section, icon]) => (
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
