//! What the pages about a shop and about withdrawal say, in Italian and English.

use crate::domain::language::Language;
use crate::domain::withdrawal::WithdrawalExemption;

/// The texts of one language.
pub(super) struct Words {
    pub legal: &'static str,
    pub seller: &'static str,
    pub terms: &'static str,
    pub privacy: &'static str,
    pub withdrawal: &'static str,
    pub name: &'static str,
    pub address: &'static str,
    pub vat_number: &'static str,
    pub tax_code: &'static str,
    pub rea: &'static str,
    pub email: &'static str,
    pub pec: &'static str,
    pub phone: &'static str,
    pub seller_missing: &'static str,
    pub terms_missing: &'static str,
    pub how_you_buy: &'static str,
    pub reservation: &'static str,
    pub prices: &'static str,
    pub warranty: &'static str,
    pub shop_adds: &'static str,
    pub controller: &'static str,
    pub exempt_title: &'static str,
    pub exempt_text: &'static str,
    pub withdraw_here: &'static str,
    pub way: &'static str,
    pub order_number: &'static str,
    pub buyer_email: &'static str,
    pub send_link: &'static str,
    pub link_asked: &'static str,
    pub too_many: &'static str,
    pub order: &'static str,
    pub back_to_order: &'static str,
    pub choose: &'static str,
    pub pieces: &'static str,
    pub your_name: &'static str,
    pub your_email: &'static str,
    pub email_hint: &'static str,
    pub go_on: &'static str,
    pub check: &'static str,
    pub statement: &'static str,
    pub confirm: &'static str,
    pub change: &'static str,
    pub received: &'static str,
    pub receipt: &'static str,
    pub received_at: &'static str,
    pub goods: &'static str,
    pub amount: &'static str,
    pub refund_by: &'static str,
    pub settled: &'static str,
    pub mail_follows: &'static str,
    pub closed: &'static str,
    pub nothing_left: &'static str,
    pub until: &'static str,
    pub until_unknown: &'static str,
    pub no_pieces: &'static str,
    pub no_name: &'static str,
    pub bad_email: &'static str,
    pub taken: &'static str,
    pub try_again: &'static str,
}

const ITALIAN: Words = Words {
    legal: "Informazioni legali",
    seller: "Chi vende",
    terms: "Condizioni di vendita",
    privacy: "Privacy",
    withdrawal: "Diritto di recesso",
    name: "Nome",
    address: "Sede",
    vat_number: "Partita IVA",
    tax_code: "Codice fiscale",
    rea: "Registro imprese / REA",
    email: "E-mail",
    pec: "PEC",
    phone: "Telefono",
    seller_missing: "Il negozio non ha ancora indicato i suoi dati.",
    terms_missing: "Il negozio non ha ancora scritto le sue condizioni.",
    how_you_buy: "Come si compra qui",
    reservation: "Quando tocchi il pulsante d’acquisto i pezzi vengono messi da parte per te per il tempo indicato. Il contratto si conclude quando paghi; se non paghi entro quel tempo, i pezzi tornano disponibili e non devi nulla. Subito dopo il pagamento ricevi una conferma per e-mail.",
    prices: "Tutti i prezzi comprendono l’IVA. Le spese di spedizione sono indicate prima dell’acquisto e il totale è mostrato prima di pagare.",
    warranty: "Sui beni vale la garanzia legale di conformità di due anni (art. 128 e seguenti del Codice del consumo).",
    shop_adds: "Dal negozio",
    controller: "Titolare del trattamento:",
    exempt_title: "Quando non si può recedere",
    exempt_text: "Il recesso è escluso per i beni su misura o personalizzati e per quelli che si deteriorano o scadono rapidamente; per i beni sigillati per igiene e per audio, video o software sigillati è escluso dopo l’apertura (art. 59 del Codice del consumo). Se vale per un prodotto, è scritto sulla sua scheda prima dell’acquisto.",
    withdraw_here: "Recedi dal contratto qui",
    way: "Apri la pagina del tuo ordine dal link che trovi in ogni nostra e-mail. Se non lo trovi più, scrivi qui il numero d’ordine e l’indirizzo e-mail dell’acquisto: ti mandiamo di nuovo il link.",
    order_number: "Numero d’ordine",
    buyer_email: "E-mail usata per l’acquisto",
    send_link: "Mandami il link",
    link_asked: "Se numero e indirizzo corrispondono a un ordine, tra poco ricevi un’e-mail con il link.",
    too_many: "Troppi tentativi. Aspetta un minuto e riprova.",
    order: "Ordine",
    back_to_order: "Torna all’ordine",
    choose: "Scegli i pezzi dal cui acquisto recedi.",
    pieces: "Pezzi",
    your_name: "Nome e cognome",
    your_email: "E-mail per la ricevuta (facoltativa)",
    email_hint: "La ricevuta arriva comunque all’indirizzo dell’ordine.",
    go_on: "Continua",
    check: "Controlla e conferma",
    statement: "Con la presente recedo dal contratto di vendita dei seguenti beni:",
    confirm: "Conferma recesso",
    change: "Modifica",
    received: "Il tuo recesso è stato ricevuto.",
    receipt: "Ricevuta del recesso",
    received_at: "Ricevuto il",
    goods: "Beni",
    amount: "Importo da rimborsare",
    refund_by: "Rimborso entro il",
    settled: "Rimborsato",
    mail_follows: "Ti mandiamo la ricevuta anche per e-mail.",
    closed: "Da questo ordine non si può più recedere qui. Se pensi che sia un errore, scrivi al negozio.",
    nothing_left: "Di questo ordine non resta nulla da restituire.",
    until: "Puoi recedere fino al",
    until_unknown: "Puoi recedere da subito. I 14 giorni cominciano quando ricevi l’ultimo pacco.",
    no_pieces: "Scegli almeno un pezzo.",
    no_name: "Scrivi il tuo nome.",
    bad_email: "L’indirizzo e-mail non è scritto correttamente.",
    taken: "Alcuni di questi pezzi sono già stati restituiti. Ricontrolla.",
    try_again: "Qualcosa non ha funzionato. Riprova.",
};

const ENGLISH: Words = Words {
    legal: "Legal information",
    seller: "Who sells",
    terms: "Terms of sale",
    privacy: "Privacy",
    withdrawal: "Right of withdrawal",
    name: "Name",
    address: "Address",
    vat_number: "VAT number",
    tax_code: "Tax code",
    rea: "Register of companies",
    email: "E-mail",
    pec: "Certified e-mail",
    phone: "Telephone",
    seller_missing: "The shop has not said who it is yet.",
    terms_missing: "The shop has not written its terms yet.",
    how_you_buy: "How you buy here",
    reservation: "When you tap the button to buy, the pieces are set aside for you for the time shown. The contract is concluded when you pay; if you do not pay in that time, the pieces are free again and you owe nothing. Right after the payment you get a confirmation by e-mail.",
    prices: "All prices include VAT. The cost of delivery is stated before you buy, and the total is shown before you pay.",
    warranty: "The legal guarantee of conformity of two years applies to goods (art. 128 ff. of the Italian Codice del consumo).",
    shop_adds: "From the shop",
    controller: "Controller:",
    exempt_title: "When you cannot withdraw",
    exempt_text: "There is no withdrawal for goods made to measure or personalised and for goods that deteriorate or expire rapidly; for goods sealed for hygiene and for sealed audio, video or software there is none once they are unsealed (art. 16 of Directive 2011/83/EU). Where that holds for a product, its page says so before you buy.",
    withdraw_here: "Withdraw from contract here",
    way: "Open the page of your order by the link in each of our e-mails. If you cannot find it any more, enter the order number and the e-mail address of the purchase: we send you the link again.",
    order_number: "Order number",
    buyer_email: "E-mail used for the purchase",
    send_link: "Send me the link",
    link_asked: "If number and address belong to an order, you will get an e-mail with the link in a moment.",
    too_many: "Too many tries. Wait a minute and try again.",
    order: "Order",
    back_to_order: "Back to the order",
    choose: "Choose the pieces whose purchase you withdraw from.",
    pieces: "Pieces",
    your_name: "Your name",
    your_email: "E-mail for the receipt (optional)",
    email_hint: "The receipt goes to the address of the order in any case.",
    go_on: "Continue",
    check: "Check and confirm",
    statement: "I hereby give notice that I withdraw from my contract of sale of the following goods:",
    confirm: "Confirm withdrawal",
    change: "Change",
    received: "Your withdrawal has been received.",
    receipt: "Receipt of withdrawal",
    received_at: "Received on",
    goods: "Goods",
    amount: "Amount to be reimbursed",
    refund_by: "Reimbursement by",
    settled: "Reimbursed",
    mail_follows: "We send you the receipt by e-mail too.",
    closed: "This order cannot be withdrawn from here any more. If you think that is a mistake, write to the shop.",
    nothing_left: "Nothing of this order is left to be given back.",
    until: "You can withdraw until",
    until_unknown: "You can withdraw right away. The 14 days begin when you receive the last parcel.",
    no_pieces: "Choose at least one piece.",
    no_name: "Enter your name.",
    bad_email: "The e-mail address is not written properly.",
    taken: "Some of these pieces were given back already. Please check again.",
    try_again: "Something went wrong. Please try again.",
};

pub(super) const fn words(language: Language) -> &'static Words {
    match language {
        Language::Italian => &ITALIAN,
        Language::English => &ENGLISH,
    }
}

/// Why goods cannot be given back, for their buyer.
pub(in crate::api::plain) const fn exemption(
    exemption: WithdrawalExemption,
    language: Language,
) -> &'static str {
    use Language::{English, Italian};
    match (exemption, language) {
        (WithdrawalExemption::MadeToMeasure, Italian) => {
            "Fatto su misura o personalizzato: non c’è diritto di recesso."
        }
        (WithdrawalExemption::MadeToMeasure, English) => {
            "Made to measure or personalised: there is no right of withdrawal."
        }
        (WithdrawalExemption::Perishable, Italian) => {
            "Si deteriora o scade rapidamente: non c’è diritto di recesso."
        }
        (WithdrawalExemption::Perishable, English) => {
            "Deteriorates or expires rapidly: there is no right of withdrawal."
        }
        (WithdrawalExemption::SealedHygiene, Italian) => {
            "Sigillato per igiene: una volta aperto non si può più restituire."
        }
        (WithdrawalExemption::SealedHygiene, English) => {
            "Sealed for hygiene: once unsealed it cannot be given back."
        }
        (WithdrawalExemption::SealedMedia, Italian) => {
            "Audio, video o software sigillato: una volta aperto non si può più restituire."
        }
        (WithdrawalExemption::SealedMedia, English) => {
            "Sealed audio, video or software: once unsealed it cannot be given back."
        }
    }
}
