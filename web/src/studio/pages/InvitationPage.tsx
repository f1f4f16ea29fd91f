import { useEffect, useState } from "preact/hooks";
import { type ApiProblem, toProblem } from "../../lib/problem";
import type { InvitationPreview } from "../../lib/types";
import { applyBrand } from "../../ui/brand";
import { common } from "../../ui/lang";
import * as api from "../api";
import { AcceptForm } from "../members/AcceptForm";
import { memberProblem, memberTexts } from "../members/texts";
import { DoorFrame } from "../shell/DoorFrame";
import { t } from "../texts";

/** The door for whoever was invited: who invites, as what, and the form to join. */
export function InvitationPage({ token }: { token: string | null }) {
  const { door } = memberTexts.value;
  const [preview, setPreview] = useState<InvitationPreview | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const look = async () => {
    if (token === null) return;
    setProblem(null);
    try {
      const found = await api.previewInvitation({ token });
      applyBrand(found.brand_colour);
      setPreview(found);
    } catch (cause) {
      setProblem(toProblem(cause));
    }
  };
  useEffect(() => {
    void look();
  }, [token]);

  if (token === null) return <Closed text={door.noToken} />;
  if (problem !== null) return <Refused problem={problem} onRetry={look} />;
  if (preview === null) {
    return (
      <DoorFrame title={door.loadingTitle} text={door.loadingText}>
        <span class="spinner" role="status" aria-label={t().common.loading} />
      </DoorFrame>
    );
  }
  const role = common.value.role[preview.role];
  return (
    <DoorFrame title={door.title(preview.shop_name)} text={door.text(preview.invited_by, role)}>
      <AcceptForm token={token} preview={preview} onClosed={setProblem} />
    </DoorFrame>
  );
}

/** The invitation is no more, or the server could not say. */
function Refused({ problem, onRetry }: { problem: ApiProblem; onRetry: () => void }) {
  const { door } = memberTexts.value;
  if (problem.status === 404) return <Closed text={door.unknown} />;
  if (problem.status === 410) return <Closed text={memberProblem(problem)} />;
  return (
    <DoorFrame title={t().common.failedTitle} text={memberProblem(problem)}>
      <button type="button" class="button is-primary is-wide" onClick={onRetry}>
        {t().common.retry}
      </button>
    </DoorFrame>
  );
}

function Closed({ text }: { text: string }) {
  return (
    <DoorFrame title={memberTexts.value.door.closedTitle} text={text}>
      <a class="button is-wide" href="/studio">
        {t().signIn.submit}
      </a>
    </DoorFrame>
  );
}
