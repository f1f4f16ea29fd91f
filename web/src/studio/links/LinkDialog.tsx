import { useState } from "preact/hooks";
import type { Link } from "../../lib/types";
import * as api from "../api";
import { ConfirmDialog } from "../components/ConfirmDialog";
import { Dialog } from "../components/Dialog";
import { Icon } from "../components/Icon";
import { CopyLink } from "../settings/CopyLink";
import { dateTime } from "../texts";
import { perform } from "../toaster";
import { Marks } from "./LinkTable";
import { linkTexts, nameOf, placeOf } from "./texts";

type Props = { link: Link | null; onClose: () => void; onChange: (link: Link) => void };

/** A link's addresses, its QR code to save, and the way to take it back. */
export function LinkDialog({ link, onClose, onChange }: Props) {
  const words = linkTexts.value;
  const [isAsking, setAsking] = useState(false);
  const withdraw = async () => {
    setAsking(false);
    if (link) await perform(async () => onChange(await api.withdrawLink(link.id)));
  };
  return (
    <>
      <Dialog
        isOpen={link !== null && !isAsking}
        title={link ? nameOf(link) : ""}
        onClose={() => !isAsking && onClose()}
      >
        {link && <Content link={link} onWithdraw={() => setAsking(true)} />}
      </Dialog>
      <ConfirmDialog
        isOpen={isAsking}
        title={words.withdrawTitle}
        text={words.withdrawText}
        confirm={words.detail.withdraw}
        onConfirm={() => void withdraw()}
        onCancel={() => setAsking(false)}
      />
    </>
  );
}

function Content({ link, onWithdraw }: { link: Link; onWithdraw: () => void }) {
  const words = linkTexts.value;
  const { detail } = words;
  const qr = `/l/${link.code}/qr`;
  return (
    <div class="link-detail">
      <p class="link-detail__place">
        {placeOf(link)} · {words.sources[link.source]} <Marks link={link} />
      </p>
      {link.status === "withdrawn" && <p class="note">{detail.withdrawn}</p>}
      {link.status === "active" && link.expires_at !== null && (
        <p class="note">{detail.until(dateTime(link.expires_at))}</p>
      )}
      <div class="link-detail__parts">
        <img
          class="link-detail__qr"
          src={`${qr}.svg?size=240`}
          alt={detail.qrAlt(link.url)}
          width={240}
          height={240}
        />
        <div class="link-detail__words">
          <CopyLink label={detail.address} url={link.url} />
          {link.product_id !== null && (
            <CopyLink label={detail.buyAddress} url={`${link.url}?buy`} />
          )}
          <p class="link-detail__files">
            <a class="button" href={`${qr}.svg?size=1024`} download={`qr-${link.code}.svg`}>
              <Icon name="download" />
              {detail.svg}
            </a>
            <a class="button" href={`${qr}.png?size=1024`} download={`qr-${link.code}.png`}>
              <Icon name="download" />
              {detail.png}
            </a>
          </p>
        </div>
      </div>
      {link.status === "active" && (
        <div class="dialog__actions">
          <button type="button" class="button is-danger" onClick={onWithdraw}>
            {detail.withdraw}
          </button>
        </div>
      )}
    </div>
  );
}
