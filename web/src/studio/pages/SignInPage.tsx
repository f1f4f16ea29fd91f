import { replace, route } from "../navigation";
import { DoorFrame } from "../shell/DoorFrame";
import { SignInForm } from "../shell/SignInForm";
import { t } from "../texts";

/** The sign-in form; it stands in the place of the page that needs it, so the address is kept. */
export function SignInPage({ hasEnded }: { hasEnded: boolean }) {
  const { signIn } = t();
  const done = () => {
    if (route.value.page === "sign-in") replace({ page: "shows" });
  };
  return (
    <DoorFrame title={signIn.title} text={hasEnded ? signIn.ended : signIn.text}>
      <SignInForm initialEmail="" onDone={done} />
      <p class="door__help">{signIn.help}</p>
    </DoorFrame>
  );
}
