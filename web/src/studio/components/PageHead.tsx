import type { ComponentChildren } from "preact";
import type { Route } from "../router";
import { t } from "../texts";
import { useTitle } from "../useTitle";
import { Icon } from "./Icon";
import { Link } from "./Link";

type Props = { title: string; text?: string; back?: Route; children?: ComponentChildren };

/** The head of a page: where one is, the way back, and the page's main actions. */
export function PageHead({ title, text, back, children }: Props) {
  useTitle(title);
  return (
    <header class="page-head">
      {back !== undefined && (
        <Link to={back} class="icon-button" label={t().common.back}>
          <Icon name="back" />
        </Link>
      )}
      <div class="page-head__words">
        <h1>{title}</h1>
        {text !== undefined && <p>{text}</p>}
      </div>
      <div class="page-head__actions">{children}</div>
    </header>
  );
}
