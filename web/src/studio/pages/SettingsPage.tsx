import type { Me } from "../../lib/types";
import { LangSwitch } from "../../ui/LangSwitch";
import { common } from "../../ui/lang";
import { Link } from "../components/Link";
import { PageHead } from "../components/PageHead";
import { memberTexts } from "../members/texts";
import { signOut } from "../session";
import { ContactForm } from "../settings/ContactForm";
import { CopyLink } from "../settings/CopyLink";
import { embeddingTexts } from "../settings/embed/texts";
import { ModerationForm } from "../settings/ModerationForm";
import { NameForm } from "../settings/NameForm";
import { PasswordForm } from "../settings/PasswordForm";
import { SignOutEverywhere } from "../settings/SignOutEverywhere";
import { t } from "../texts";
import { perform } from "../toaster";

/** The shop and the member, as they are known here. */
export function SettingsPage({ me }: { me: Me }) {
  const { settings, payments, checkout, legal } = t();
  const members = memberTexts.value;
  const { shop, member } = me;
  return (
    <div class="page page--form">
      <PageHead title={settings.title} />
      <section class="panel">
        <h2 class="panel__title">{settings.shop}</h2>
        <dl class="facts">
          <dt>{settings.shopName}</dt>
          <dd>{shop.name}</dd>
          {shop.tagline !== "" && (
            <>
              <dt>{settings.tagline}</dt>
              <dd>{shop.tagline}</dd>
            </>
          )}
          <dt>{settings.currency}</dt>
          <dd>{shop.currency}</dd>
          <dt>{settings.payments}</dt>
          <dd>
            {shop.payments === "sandbox"
              ? settings.sandbox
              : shop.is_test
                ? settings.stripeTest
                : settings.stripe}
          </dd>
        </dl>
        <p class="panel__text">{settings.shopText}</p>
        <p class="panel__links">
          <Link to={{ page: "payments" }} class="button">
            {payments.open}
          </Link>
          {me.permissions.includes("settings") && (
            <>
              <Link to={{ page: "checkout" }} class="button">
                {checkout.open}
              </Link>
              <Link to={{ page: "embed" }} class="button">
                {embeddingTexts.value.open}
              </Link>
              <Link to={{ page: "members" }} class="button">
                {members.open}
              </Link>
              <Link to={{ page: "legal" }} class="button">
                {legal.open}
              </Link>
            </>
          )}
        </p>
        <CopyLink label={settings.storefront} url={new URL("/", location.href).href} />
        <CopyLink label={settings.signInPage} url={new URL("/studio", location.href).href} />
      </section>
      {me.permissions.includes("settings") && <ContactForm />}
      {me.permissions.includes("settings") && <ModerationForm />}
      <section class="panel">
        <h2 class="panel__title">{settings.member}</h2>
        <dl class="facts">
          <dt>{settings.email}</dt>
          <dd>{member.email}</dd>
          <dt>{settings.role}</dt>
          <dd>{common.value.role[member.role]}</dd>
        </dl>
        <NameForm name={member.name} />
      </section>
      <PasswordForm ownWords={[member.name, member.email, shop.name]} />
      <section class="panel panel--row">
        <div>
          <h2 class="panel__title">{settings.language}</h2>
          <p class="panel__text">{settings.languageText}</p>
        </div>
        <LangSwitch />
      </section>
      <section class="panel panel--row">
        <div>
          <h2 class="panel__title">{settings.signOut}</h2>
          <p class="panel__text">{settings.signOutText}</p>
        </div>
        <button type="button" class="button" onClick={() => perform(signOut)}>
          {settings.signOut}
        </button>
      </section>
      <SignOutEverywhere />
    </div>
  );
}
