import { useState } from "preact/hooks";
import { toProblem } from "../../lib/problem";
import { PasswordField } from "../components/PasswordField";
import { TextField } from "../components/TextField";
import { signIn } from "../session";
import { problemText, t } from "../texts";

type Props = { initialEmail: string; onDone: () => void };

/** Email and password; says what is wrong without saying which of the two. */
export function SignInForm({ initialEmail, onDone }: Props) {
  const { signIn: words } = t();
  const [email, setEmail] = useState(initialEmail);
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setProblem(null);
    try {
      await signIn({ email: email.trim(), password });
      onDone();
    } catch (cause) {
      const refusal = toProblem(cause);
      // Here 401 is about what was typed, not about a session.
      setProblem(refusal.status === 401 ? words.wrong : problemText(refusal));
      setBusy(false);
    }
  };
  return (
    <form class="door__form" onSubmit={submit} noValidate>
      <TextField
        label={words.email}
        type="email"
        autoComplete="username"
        value={email}
        onChange={setEmail}
      />
      <PasswordField
        label={words.password}
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
      />
      {problem !== null && (
        <p class="form-problem" role="alert">
          {problem}
        </p>
      )}
      <button type="submit" class="button is-primary is-wide" aria-disabled={isBusy}>
        {isBusy ? words.submitting : words.submit}
      </button>
    </form>
  );
}
