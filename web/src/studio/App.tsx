import { useEffect } from "preact/hooks";
import { Failed } from "./components/Failed";
import { LeaveDialog } from "./components/LeaveDialog";
import { Loading } from "./components/Loading";
import { Toaster } from "./components/Toaster";
import { route } from "./navigation";
import { Page } from "./Page";
import { InvitationPage } from "./pages/InvitationPage";
import { OneTimePage } from "./pages/OneTimePage";
import { SetupPage } from "./pages/SetupPage";
import { SignInPage } from "./pages/SignInPage";
import { loadSession, session } from "./session";
import { Shell } from "./shell/Shell";
import { SignInDialog } from "./shell/SignInDialog";
import { takeToken } from "./token";

/** Chooses between the doors (sign in, set up) and the studio behind them. */
export function App() {
  return (
    <>
      <Door />
      <LeaveDialog />
      <Toaster />
    </>
  );
}

const token = takeToken();

function Door() {
  const { page } = route.value;
  const hasOwnDoor =
    page === "setup" || page === "invitation" || (page === "sign-in" && token !== null);
  useEffect(() => {
    if (!hasOwnDoor) void loadSession();
  }, [hasOwnDoor]);
  if (page === "setup") return <SetupPage token={token} />;
  if (page === "invitation") return <InvitationPage token={token} />;
  if (page === "sign-in" && token !== null) return <OneTimePage token={token} />;
  const state = session.value;
  switch (state.kind) {
    case "loading":
      return (
        <main class="door">
          <Loading rows={3} />
        </main>
      );
    case "failed":
      return (
        <main class="door">
          <Failed problem={state.problem} onRetry={loadSession} />
        </main>
      );
    case "out":
      return <SignInPage hasEnded={state.hasEnded} />;
    case "in":
      return (
        <>
          <Shell me={state.me}>
            <Page me={state.me} />
          </Shell>
          <SignInDialog isOpen={state.hasEnded} />
        </>
      );
    default: {
      const impossible: never = state;
      return impossible;
    }
  }
}
