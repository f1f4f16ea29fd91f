//! What the pages without scripts say, in Italian and English.

use crate::domain::language::Language;
use crate::domain::link::LinkNotice;
use crate::domain::order::OrderStatus;
use crate::domain::show::ShowStatus;

/// The texts of one language.
pub(super) struct Words {
    pub test_mode: &'static str,
    pub video_needs_scripts: &'static str,
    pub shows: &'static str,
    pub products: &'static str,
    pub nothing_for_sale: &'static str,
    pub variant: &'static str,
    pub ship_to: &'static str,
    pub shipping_from: &'static str,
    pub buy: &'static str,
    pub gone: &'static str,
    pub left: &'static str,
    pub vat: &'static str,
    pub order: &'static str,
    pub shipping: &'static str,
    pub discount: &'static str,
    pub total: &'static str,
    pub refunded: &'static str,
    pub pay: &'static str,
    pub pay_hint: &'static str,
    pub minutes_left: &'static str,
    pub look_again: &'static str,
    pub your_data: &'static str,
    pub keep_address: &'static str,
    pub withdraw_here: &'static str,
    pub receipts: &'static str,
    pub write_to: &'static str,
    pub not_found: &'static str,
    pub try_again: &'static str,
    pub price_changed: &'static str,
    pub offer_minutes: &'static str,
    pub offer_units: &'static str,
    pub sold_out: &'static str,
    pub unavailable: &'static str,
    pub not_selling: &'static str,
    pub rehearsal: &'static str,
    pub not_delivered: &'static str,
    pub too_many: &'static str,
}

const ITALIAN: Words = Words {
    test_mode: "PROVA: nessun denaro vero, non viene spedito nulla",
    video_needs_scripts: "Il video e la chat richiedono JavaScript. Qui puoi comprare lo stesso.",
    shows: "Dirette",
    products: "Prodotti",
    nothing_for_sale: "In questo momento non c’è nulla in vendita.",
    variant: "Variante",
    ship_to: "Spedire in",
    shipping_from: "Spedizione da",
    buy: "Compra",
    gone: "Esaurito",
    left: "disponibili:",
    vat: "IVA inclusa",
    order: "Ordine",
    shipping: "Spedizione",
    discount: "Sconto",
    total: "Totale",
    refunded: "Rimborsato",
    pay: "Ordina e paga",
    pay_hint: "Paghi sulla pagina del fornitore dei pagamenti e poi torni qui.",
    minutes_left: "Minuti rimasti:",
    look_again: "Aggiorna",
    your_data: "I tuoi dati: scarica o cancella",
    keep_address: "Conserva l’indirizzo di questa pagina: riporta al tuo ordine. Chi lo possiede può vedere l’ordine e i tuoi dati: non condividerlo.",
    withdraw_here: "Recedi dal contratto qui",
    receipts: "Ricevuta del recesso",
    write_to: "Per domande:",
    not_found: "Qui non c’è nulla.",
    try_again: "Qualcosa non ha funzionato. Riprova.",
    price_changed: "Il prezzo è cambiato: guardalo di nuovo prima di comprare.",
    offer_minutes: "Offerta, minuti rimasti:",
    offer_units: "Pezzi a questo prezzo:",
    sold_out: "È appena andato esaurito. Non è stato addebitato nulla.",
    unavailable: "Questo prodotto non è più in vendita.",
    not_selling: "Questa diretta non vende in questo momento.",
    rehearsal: "È una prova: non si vende e non si riserva nulla.",
    not_delivered: "Scegli un paese in cui spediamo.",
    too_many: "Troppi tentativi. Aspetta un momento e riprova.",
};

const ENGLISH: Words = Words {
    test_mode: "TEST: no real money, nothing is shipped",
    video_needs_scripts: "Video and chat need JavaScript. You can buy here all the same.",
    shows: "Shows",
    products: "Products",
    nothing_for_sale: "Nothing is for sale at the moment.",
    variant: "Variant",
    ship_to: "Ship to",
    shipping_from: "Shipping from",
    buy: "Buy",
    gone: "Sold out",
    left: "available:",
    vat: "VAT included",
    order: "Order",
    shipping: "Shipping",
    discount: "Discount",
    total: "Total",
    refunded: "Given back",
    pay: "Order and pay",
    pay_hint: "You pay on the payment provider’s page and then come back here.",
    minutes_left: "Minutes left:",
    look_again: "Refresh",
    your_data: "Your data: download or erase",
    keep_address: "Keep the address of this page: it leads to your order. Whoever has it can see the order and your data: share it with nobody.",
    withdraw_here: "Withdraw from contract here",
    receipts: "Receipt of withdrawal",
    write_to: "Questions:",
    not_found: "There is nothing here.",
    try_again: "Something went wrong. Please try again.",
    price_changed: "The price has changed: look at it again before you buy.",
    offer_minutes: "Offer, minutes left:",
    offer_units: "Pieces at this price:",
    sold_out: "It has just sold out. Nothing was charged.",
    unavailable: "This product is no longer for sale.",
    not_selling: "This show is not selling at the moment.",
    rehearsal: "This is a rehearsal: nothing is sold and nothing is set aside.",
    not_delivered: "Choose a country that we deliver to.",
    too_many: "Too many attempts. Wait a moment and try again.",
};

pub(super) const fn words(language: Language) -> &'static Words {
    match language {
        Language::Italian => &ITALIAN,
        Language::English => &ENGLISH,
    }
}

/// How an order stands, for its buyer.
pub(super) const fn status(status: OrderStatus, language: Language) -> &'static str {
    use Language::{English, Italian};
    match (status, language) {
        (OrderStatus::Reserved, Italian) => "Riservato per te. Prepariamo il pagamento…",
        (OrderStatus::Reserved, English) => "Reserved for you. The payment is being prepared…",
        (OrderStatus::Open, Italian) => "Riservato per te. Ora puoi pagare.",
        (OrderStatus::Open, English) => "Reserved for you. You can pay now.",
        (OrderStatus::Processing, Italian) => "Il pagamento è in corso.",
        (OrderStatus::Processing, English) => "The payment is on its way.",
        (OrderStatus::Releasing, Italian) => "La prenotazione si sta chiudendo.",
        (OrderStatus::Releasing, English) => "The reservation is being closed.",
        (OrderStatus::Paid, Italian) => "Pagato, grazie!",
        (OrderStatus::Paid, English) => "Paid, thank you!",
        (OrderStatus::Shipped, Italian) => "Spedito.",
        (OrderStatus::Shipped, English) => "On its way.",
        (OrderStatus::Expired, Italian) => "Tempo scaduto. Non è stato addebitato nulla.",
        (OrderStatus::Expired, English) => "Time is up. Nothing was charged.",
        (OrderStatus::Failed | OrderStatus::CreateFailed, Italian) => "Il pagamento non è riuscito.",
        (OrderStatus::Failed | OrderStatus::CreateFailed, English) => "The payment failed.",
        (OrderStatus::RefundDue, Italian) => "Il pezzo non c’era più: ti stiamo rimborsando.",
        (OrderStatus::RefundDue, English) => "The piece was gone: you are being refunded.",
        (OrderStatus::Refunded, Italian) => "Rimborsato.",
        (OrderStatus::Refunded, English) => "Refunded.",
    }
}

/// Where a show stands.
pub(super) const fn show_status(status: ShowStatus, language: Language) -> &'static str {
    use Language::{English, Italian};
    match (status, language) {
        (ShowStatus::Live, Italian) => "in diretta",
        (ShowStatus::Live, English) => "live",
        (ShowStatus::Paused, Italian) => "in pausa",
        (ShowStatus::Paused, English) => "paused",
        (ShowStatus::Ended, Italian) => "conclusa",
        (ShowStatus::Ended, English) => "ended",
        (ShowStatus::Draft | ShowStatus::Scheduled, Italian) => "in programma",
        (ShowStatus::Draft | ShowStatus::Scheduled, English) => "scheduled",
    }
}

/// Why a link led elsewhere than to what it was made for.
pub(super) const fn link_notice(notice: LinkNotice, language: Language) -> &'static str {
    use Language::{English, Italian};
    match (notice, language) {
        (LinkNotice::Unknown, Italian) => "Questo link non esiste. Forse è stato copiato male.",
        (LinkNotice::Unknown, English) => "There is no such link. It may have been copied wrongly.",
        (LinkNotice::Expired, Italian) => "Questo link è scaduto. Ecco che cosa c’è adesso.",
        (LinkNotice::Expired, English) => "This link has expired. Here is what there is now.",
        (LinkNotice::Withdrawn, Italian) => "Il negozio ha ritirato questo link. Ecco che cosa c’è adesso.",
        (LinkNotice::Withdrawn, English) => "The shop took this link back. Here is what there is now.",
        (LinkNotice::ShowGone, Italian) => "Questa diretta non c’è più.",
        (LinkNotice::ShowGone, English) => "This show is no longer there.",
        (LinkNotice::ProductGone, Italian) => "Questo prodotto non è più in vendita.",
        (LinkNotice::ProductGone, English) => "This product is no longer for sale.",
        (LinkNotice::SoldOut, Italian) => "Questo prodotto è esaurito. Ecco gli altri.",
        (LinkNotice::SoldOut, English) => "This product is sold out. Here are the others.",
    }
}
