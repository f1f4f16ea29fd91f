//! The privacy notice, made of what this program really keeps (art. 13 GDPR).
//!
//! Each fact stands beside the code it is about: `app/viewers` (token, hash of the address),
//! `app/figures/reach` (hashes of who was counted), `domain/chat` (bans), `app/orders` (buyers),
//! `payments` (provider), `app/mail`, `web/src/ui/storage`
//! (the browser's memory, whose keys a test lists). Periods are those of `domain/privacy`, which
//! `app/privacy` goes by.

use std::fmt::Write;

use crate::app::legal::LegalNotice;
use crate::domain::chat::{BAN_DAYS, REMOVAL_UNDO_SECS};
use crate::domain::figures::REACH_DAYS;
use crate::domain::language::Language;
use crate::domain::privacy::{BOOKS_YEARS, PROVIDER_NEWS_DAYS, Retention};

/// The sections of the notice.
pub(super) fn privacy(about: &LegalNotice, language: Language) -> String {
    let sections = match language {
        Language::Italian => italian(about),
        Language::English => english(about),
    };
    let mut html = String::new();
    for (title, text) in sections {
        let _ = write!(html, "<h2>{title}</h2><p>{text}</p>");
    }
    html
}

fn italian(about: &LegalNotice) -> Vec<(&'static str, String)> {
    let checkout = &about.shop.checkout;
    let Retention { chat_days, address_days, unpaid_days, .. } = about.retention;
    let minutes = REMOVAL_UNDO_SECS / 60;
    let phone = if checkout.asks_for_phone { ", numero di telefono" } else { "" };
    let address = if checkout.zones.is_empty() { "" } else { ", indirizzo di consegna" };
    let payment = if about.is_stripe {
        "Il pagamento avviene con Stripe, che tratta i dati della carta come titolare autonomo: qui non arrivano mai. Lo script di Stripe viene caricato solo quando compri."
    } else {
        "Questo negozio usa pagamenti di prova: non vengono trattati dati di carte e non si muove denaro."
    };
    vec![
        (
            "Se guardi",
            format!("Al primo contatto il tuo browser riceve un codice casuale firmato, senza nome e senza cookie, che serve a riconoscere la tua scheda durante la diretta. Finché guardi soltanto, il server non conserva il codice: per contare una volta sola chi guarda e chi apre un prodotto ne tiene un’impronta cifrata, diversa per ogni diretta, che elimina {REACH_DAYS} giorni dopo la fine; restano i conteggi. Il tuo indirizzo IP serve per risponderti e per limitare gli abusi, in memoria, e non viene scritto in chiaro."),
        ),
        (
            "Se scrivi, fai domande o voti",
            format!("Il nome che scegli, i messaggi e le domande restano con la diretta e la sua replica per {chat_days} giorni, poi vengono cancellati. Il testo di un messaggio rimosso o non pubblicato viene eliminato dopo {minutes} minuti. Accanto al nome viene conservata un’impronta cifrata del tuo indirizzo IP, da cui l’indirizzo non si ricava senza la chiave del server; viene cancellata {address_days} giorni dopo il tuo ultimo messaggio. Serve perché un’esclusione, che dura {BAN_DAYS} giorni, valga anche per chi torna con un altro codice."),
        ),
        (
            "Se compri",
            format!("Dell’ordine vengono conservati i prodotti, gli importi, le date e ciò che ci comunica il fornitore del pagamento: nome, indirizzo e-mail{phone}{address}. Servono a eseguire il contratto (art. 6, par. 1, lett. b del GDPR) e a rispettare gli obblighi contabili e fiscali (lett. c), per i quali le scritture si conservano {BOOKS_YEARS} anni, fino alla fine dell’anno (art. 2220 del codice civile); poi non resta chi ha comprato. Di un ordine mai pagato, dopo {unpaid_days} giorni non resta chi l’ha iniziato. Gli avvisi del fornitore del pagamento vengono svuotati dopo {PROVIDER_NEWS_DAYS} giorni. {payment}"),
        ),
        (
            "E-mail",
            "Ricevi e-mail solo sul tuo ordine: conferma, spedizione, rimborso, recesso, problemi con il pagamento. Il loro testo non viene conservato, ma solo quando sono partite. Nessuna pubblicità.".to_owned(),
        ),
        (
            "Se recedi",
            "Il nome che indichi, i beni, data e ora della dichiarazione e l’eventuale indirizzo per la ricevuta sono conservati con l’ordine.".to_owned(),
        ),
        (
            "Nel tuo browser",
            "Nessun cookie per chi guarda o compra. Il browser ricorda solo ciò che serve: la lingua, il paese di spedizione, il carrello, il codice della scheda, il link da cui sei arrivato, le domande che hai votato e, mentre paghi, quale acquisto è in corso e come tornare. Niente viene letto da altri siti e non c’è alcuna profilazione.".to_owned(),
        ),
        (
            "Altri siti",
            "Se il video viene da YouTube, Vimeo o Twitch, il tuo browser lo carica da lì e quel servizio vede il tuo indirizzo IP. Per il resto queste pagine non caricano nulla da terzi prima del pagamento.".to_owned(),
        ),
        (
            "Scaricare e cancellare da te",
            format!("Nella pagina di una diretta, sotto «I tuoi dati», e nella pagina del tuo ordine puoi scaricare tutto ciò che è conservato di te e cancellarlo. Dopo la cancellazione restano i conteggi senza nome; di un ordine pagato restano, per {BOOKS_YEARS} anni, i beni, gli importi, le date, il nome di chi ha comprato e il paese di consegna, perché la legge chiede di conservare le scritture. Non si può cancellare mentre un pagamento, una consegna o un rimborso è in corso. Un’esclusione resta fino alla sua scadenza."),
        ),
        (
            "I tuoi diritti",
            "Puoi chiedere al negozio l’accesso ai tuoi dati, la rettifica, la cancellazione, la limitazione, la portabilità e opporti al trattamento (artt. 15–22 del GDPR); puoi reclamare al Garante per la protezione dei dati personali (art. 77). Il trattamento per chi guarda e scrive si fonda sul legittimo interesse a tenere una diretta ordinata (art. 6, par. 1, lett. f).".to_owned(),
        ),
    ]
}

fn english(about: &LegalNotice) -> Vec<(&'static str, String)> {
    let checkout = &about.shop.checkout;
    let Retention { chat_days, address_days, unpaid_days, .. } = about.retention;
    let minutes = REMOVAL_UNDO_SECS / 60;
    let phone = if checkout.asks_for_phone { ", telephone number" } else { "" };
    let address = if checkout.zones.is_empty() { "" } else { ", delivery address" };
    let payment = if about.is_stripe {
        "Payments are taken by Stripe, which handles card data as a controller of its own: they never arrive here. Stripe’s script is loaded only when you buy."
    } else {
        "This shop takes test payments: no card data are handled and no money moves."
    };
    vec![
        (
            "If you watch",
            format!("On first contact your browser gets a random signed code, without a name and without a cookie, by which your tab is known during the show. While you only watch, the server does not keep the code: to count once who watches and who opens a product it keeps a keyed hash of it, another one for each show, which it deletes {REACH_DAYS} days after the end; the counts stay. Your IP address is used to answer you and to limit abuse, in memory, and is not written down as it is."),
        ),
        (
            "If you write, ask or vote",
            format!("The name that you choose, messages and questions stay with the show and its replay for {chat_days} days, then they are erased. The text of a message that was removed or not shown is erased after {minutes} minutes. Beside the name a keyed hash of your IP address is kept, from which the address cannot be found without the server’s key; it is erased {address_days} days after your last message. It lets a ban, which lasts {BAN_DAYS} days, hold for somebody who returns with another code."),
        ),
        (
            "If you buy",
            format!("Of an order we keep the products, amounts, dates and what the payment provider tells us: name, e-mail address{phone}{address}. They are needed to perform the contract (art. 6(1)(b) GDPR) and for duties of bookkeeping and tax (art. 6(1)(c)), for which records are kept for {BOOKS_YEARS} years, to the end of the year (art. 2220 of the Italian civil code); after that nothing tells who bought. Of an order that was never paid, nothing tells after {unpaid_days} days who began it. The payment provider’s notices are emptied after {PROVIDER_NEWS_DAYS} days. {payment}"),
        ),
        (
            "E-mail",
            "You get e-mail about your order only: confirmation, shipping, refund, withdrawal, trouble with the payment. Its text is not kept, only when it was sent. No advertising.".to_owned(),
        ),
        (
            "If you withdraw",
            "The name that you give, the goods, date and time of the statement and the address for the receipt, if any, are kept with the order.".to_owned(),
        ),
        (
            "In your browser",
            "No cookies for those who watch or buy. The browser remembers only what is needed: the language, the country of delivery, the bag, the code of the tab, the link you came by, the questions you voted for and, while you pay, which purchase it is and how to come back. Nothing is read by other sites, and nobody is profiled.".to_owned(),
        ),
        (
            "Other sites",
            "If the video comes from YouTube, Vimeo or Twitch, your browser loads it from there, and that service sees your IP address. Otherwise these pages load nothing from third parties before you pay.".to_owned(),
        ),
        (
            "Downloading and erasing by yourself",
            format!("On the page of a show, under “Your data”, and on the page of your order you can download all that is kept of you and erase it. After an erasure counts without a name stay; of a paid order the goods, amounts, dates, the buyer’s name and the country of delivery stay for {BOOKS_YEARS} years, because the law asks for records to be kept. Nothing can be erased while a payment, a delivery or a refund is under way. A ban stays until it ends."),
        ),
        (
            "Your rights",
            "You can ask the shop for access to your data, for rectification, erasure, restriction and portability, and object to their use (art. 15 to 22 GDPR); you can complain to the supervisory authority (art. 77), in Italy the Garante. What concerns those who watch and write rests on the legitimate interest in an orderly show (art. 6(1)(f)).".to_owned(),
        ),
    ]
}
