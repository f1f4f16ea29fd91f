import { useEffect, useState } from "preact/hooks";
import { type ApiProblem, toProblem } from "../../lib/problem";
import { replace } from "../navigation";
import { session, signInOnce } from "../session";
import { DoorFrame } from "../shell/DoorFrame";
import { problemText, t } from "../texts";

/** Trades the token of a one-time link for a session, once. */
export function OneTimePage({ token }: { token: string }) {
  const { signIn, common } = t();
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const enter = async () => {
    setProblem(null);
    try {
      await signInOnce(token);
      replace({ page: "shows" });
    } catch (cause) {
      setProblem(toProblem(cause));
    }
  };
  // The token is traded once, whatever is rendered again.
  useEffect(() => {
    void enter();
  }, []);

  if (problem === null) {
    return (
      <DoorFrame title={signIn.onceTitle} text={signIn.onceText}>
        <span class="spinner" role="status" aria-label={common.loading} />
      </DoorFrame>
    );
  }
  const isRefused = problem.status >= 400 && problem.status < 500 && problem.status !== 429;
  const text = isRefused ? signIn.onceFailedText : problemText(problem);
  const toForm = () => {
    session.value = { kind: "out", hasEnded: false };
    replace({ page: "shows" });
  };
  return (
    <DoorFrame title={isRefused ? signIn.onceFailedTitle : common.failedTitle} text={text}>
      {!isRefused && (
        <button type="button" class="button is-primary is-wide" onClick={enter}>
          {common.retry}
        </button>
      )}
      <button type="button" class="button is-wide" onClick={toForm}>
        {signIn.toForm}
      </button>
    </DoorFrame>
  );
}
