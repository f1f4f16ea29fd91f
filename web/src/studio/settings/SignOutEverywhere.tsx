import { useState } from "preact/hooks";
import { ConfirmDialog } from "../components/ConfirmDialog";
import { memberTexts } from "../members/texts";
import { signOutEverywhere } from "../session";
import { perform } from "../toaster";

/** Ends the member's sessions on all devices, after asking. */
export function SignOutEverywhere() {
  const { account } = memberTexts.value;
  const [isAsking, setAsking] = useState(false);
  const leave = () => {
    setAsking(false);
    void perform(signOutEverywhere);
  };
  return (
    <section class="panel panel--row">
      <div>
        <h2 class="panel__title">{account.everywhere}</h2>
        <p class="panel__text">{account.everywhereText}</p>
      </div>
      <button type="button" class="button" onClick={() => setAsking(true)}>
        {account.everywhere}
      </button>
      <ConfirmDialog
        isOpen={isAsking}
        title={account.everywhereTitle}
        text={account.everywhereText}
        confirm={account.everywhere}
        onConfirm={leave}
        onCancel={() => setAsking(false)}
      />
    </section>
  );
}
