//! What the page about an order's data says, in Italian and English.

use crate::domain::language::Language;
use crate::domain::privacy::ErasureObstacle;

/// The texts of one language.
pub(super) struct Words {
    pub title: &'static str,
    pub order: &'static str,
    pub back: &'static str,
    pub intro: &'static str,
    pub download: &'static str,
    pub download_hint: &'static str,
    pub erase: &'static str,
    pub erase_intro: &'static str,
    pub go_on: &'static str,
    pub check: &'static str,
    pub goes: &'static str,
    pub going: [&'static str; 3],
    pub stays: &'static str,
    /// `{}` is the year.
    pub staying: [&'static str; 3],
    pub staying_unpaid: &'static str,
    pub cannot_undo: &'static str,
    pub confirm: &'static str,
    pub keep: &'static str,
    pub erased_on: &'static str,
    pub blocked: &'static str,
    pub too_many: &'static str,
    pub try_again: &'static str,
}

const ITALIAN: Words = Words {
    title: "I tuoi dati",
    order: "Ordine",
    back: "Torna all’ordine",
    intro: "Qui trovi ciò che è conservato di te con questo ordine. Chi ha questo indirizzo può fare lo stesso: non condividerlo.",
    download: "Scarica i tuoi dati",
    download_hint: "Un file JSON con tutto ciò che è conservato: lo legge qualunque editor di testo.",
    erase: "Cancellare i tuoi dati",
    erase_intro: "Prima di cancellare vedi che cosa sparisce e che cosa resta.",
    go_on: "Continua",
    check: "Controlla e conferma",
    goes: "Sparisce",
    going: [
        "e-mail, telefono e indirizzo di consegna",
        "il tuo nome nella diretta, nell’elenco degli ordini e nei recessi",
        "codice di spedizione, note sui rimborsi e gli avvisi del fornitore del pagamento",
    ],
    stays: "Resta",
    staying: [
        "prodotti, importi e date dell’ordine, senza cui i conti non tornerebbero",
        "il tuo nome e il paese di consegna, solo per le scritture contabili, fino alla fine del {} (art. 2220 del codice civile)",
        "ciò che il fornitore del pagamento conserva per conto proprio: chiedilo a lui",
    ],
    staying_unpaid: "prodotti, importi e date, senza nulla che dica chi sei",
    cannot_undo: "Non si può annullare. Recesso e garanzia valgono come prima, ma da qui in poi non possiamo più scriverti: conserva l’indirizzo di questa pagina.",
    confirm: "Cancella i miei dati",
    keep: "No, lascia tutto com’è",
    erased_on: "I tuoi dati sono stati cancellati il",
    blocked: "Per ora non si può cancellare:",
    too_many: "Troppe richieste. Aspetta un minuto e riprova.",
    try_again: "Qualcosa non ha funzionato. Riprova.",
};

const ENGLISH: Words = Words {
    title: "Your data",
    order: "Order",
    back: "Back to the order",
    intro: "This is what is kept of you with this order. Whoever has this address can do the same: do not share it.",
    download: "Download your data",
    download_hint: "A JSON file with all that is kept; any text editor opens it.",
    erase: "Erase your data",
    erase_intro: "Before anything is erased you see what goes and what stays.",
    go_on: "Continue",
    check: "Check and confirm",
    goes: "This goes",
    going: [
        "e-mail address, telephone number and delivery address",
        "your name in the show, in the list of orders and in withdrawals",
        "tracking code, notes on refunds and the payment provider’s notices",
    ],
    stays: "This stays",
    staying: [
        "products, amounts and dates of the order, without which the books would not add up",
        "your name and the country of delivery, for the books alone, to the end of {} (art. 2220 of the Italian civil code)",
        "what the payment provider keeps on its own account: ask it for that",
    ],
    staying_unpaid: "products, amounts and dates, with nothing that tells who you are",
    cannot_undo: "This cannot be undone. Withdrawal and warranty hold as before, but from then on we cannot write to you: keep the address of this page.",
    confirm: "Erase my data",
    keep: "No, leave it as it is",
    erased_on: "Your data were erased on",
    blocked: "Nothing can be erased for now:",
    too_many: "Too many requests. Wait a minute and try again.",
    try_again: "Something did not work. Try again.",
};

/// The texts of a language.
pub(super) const fn words(language: Language) -> &'static Words {
    match language {
        Language::Italian => &ITALIAN,
        Language::English => &ENGLISH,
    }
}

/// What has to end first.
pub(super) const fn obstacle(obstacle: ErasureObstacle, language: Language) -> &'static str {
    match (obstacle, language) {
        (ErasureObstacle::Payment, Language::Italian) => "un pagamento è in corso",
        (ErasureObstacle::Payment, Language::English) => "a payment is under way",
        (ErasureObstacle::Delivery, Language::Italian) => "la merce deve ancora partire",
        (ErasureObstacle::Delivery, Language::English) => "the goods are still to be sent",
        (ErasureObstacle::Refund, Language::Italian) => "un rimborso è in corso",
        (ErasureObstacle::Refund, Language::English) => "a refund is under way",
        (ErasureObstacle::Withdrawal, Language::Italian) => {
            "hai esercitato il recesso e il rimborso non è completo"
        }
        (ErasureObstacle::Withdrawal, Language::English) => {
            "you withdrew, and the money has not gone back in full"
        }
        (ErasureObstacle::Dispute, Language::Italian) => "la tua banca sta decidendo su questo pagamento",
        (ErasureObstacle::Dispute, Language::English) => "your bank is deciding about this payment",
        (ErasureObstacle::Review, Language::Italian) => "il negozio deve controllare questo ordine",
        (ErasureObstacle::Review, Language::English) => "the shop has to look at this order",
    }
}
