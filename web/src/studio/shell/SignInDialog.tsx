import { Dialog } from "../components/Dialog";
import { giveUpSession, me } from "../session";
import { t } from "../texts";
import { SignInForm } from "./SignInForm";

/** Asks for the password again on top of the page, which keeps what was written on it. */
export function SignInDialog({ isOpen }: { isOpen: boolean }) {
  const { signIn } = t();
  return (
    <Dialog isOpen={isOpen} title={signIn.title} onClose={giveUpSession}>
      <p class="dialog__text">{signIn.ended}</p>
      <SignInForm initialEmail={me.value?.member.email ?? ""} onDone={() => {}} />
    </Dialog>
  );
}
