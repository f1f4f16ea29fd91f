//! What mails say, in Italian and English.

use crate::domain::language::Language;
use crate::domain::mail::MailKind;
use crate::domain::order::ReviewReason;

/// The texts of one language.
pub(super) struct Words {
    pub hello: &'static str,
    pub hello_name: &'static str,
    pub order: &'static str,
    pub total: &'static str,
    pub shipping: &'static str,
    pub discount: &'static str,
    pub refunded: &'static str,
    pub deliver_to: &'static str,
    pub carrier: &'static str,
    pub tracking_code: &'static str,
    pub buyer: &'static str,
    pub see_order: &'static str,
    pub open_studio: &'static str,
    pub withdrawal: &'static str,
    pub seller: &'static str,
    pub terms: &'static str,
    pub privacy: &'static str,
    pub test: &'static str,
}

const ITALIAN: Words = Words {
    hello: "Buongiorno,",
    hello_name: "Ciao",
    order: "Ordine",
    total: "Totale",
    shipping: "Spedizione",
    discount: "Sconto",
    refunded: "Rimborso",
    deliver_to: "Indirizzo di consegna",
    carrier: "Corriere",
    tracking_code: "Codice di tracciamento",
    buyer: "Acquirente",
    see_order: "Vedi il tuo ordine",
    open_studio: "Apri l’ordine nello studio",
    withdrawal: "Diritto di recesso",
    seller: "Chi vende",
    terms: "Condizioni di vendita",
    privacy: "Privacy",
    test: "PROVA: nessun denaro vero è stato mosso e non viene spedito nulla.",
};

const ENGLISH: Words = Words {
    hello: "Hello,",
    hello_name: "Hello",
    order: "Order",
    total: "Total",
    shipping: "Shipping",
    discount: "Discount",
    refunded: "Refund",
    deliver_to: "Delivery address",
    carrier: "Carrier",
    tracking_code: "Tracking code",
    buyer: "Buyer",
    see_order: "See your order",
    open_studio: "Open the order in the studio",
    withdrawal: "Right of withdrawal",
    seller: "Who sells",
    terms: "Terms of sale",
    privacy: "Privacy",
    test: "TEST: no real money moved and nothing is shipped.",
};

pub(super) const fn words(language: Language) -> &'static Words {
    match language {
        Language::Italian => &ITALIAN,
        Language::English => &ENGLISH,
    }
}

/// The subject of a mail, with the order's number in place of `{}`.
pub(super) const fn subject(kind: MailKind, language: Language) -> &'static str {
    use Language::{English, Italian};
    match (kind, language) {
        (MailKind::OrderConfirmed, Italian) => "Ordine {} confermato",
        (MailKind::OrderConfirmed, English) => "Order {} confirmed",
        (MailKind::OrderShipped, Italian) => "Ordine {} spedito",
        (MailKind::OrderShipped, English) => "Order {} is on its way",
        (MailKind::PaymentFailed, Italian) => "Il pagamento dell’ordine {} non è riuscito",
        (MailKind::PaymentFailed, English) => "The payment of order {} failed",
        (MailKind::OrderRefunded, Italian) => "Rimborso per l’ordine {}",
        (MailKind::OrderRefunded, English) => "Refund for order {}",
        (MailKind::ShopOrderPaid, Italian) => "Nuovo ordine {}",
        (MailKind::ShopOrderPaid, English) => "New order {}",
        (MailKind::ShopOrderReview, Italian) => "L’ordine {} va controllato",
        (MailKind::ShopOrderReview, English) => "Order {} needs your attention",
    }
}

/// The first paragraph of a mail.
pub(super) const fn message(kind: MailKind, language: Language) -> &'static str {
    use Language::{English, Italian};
    match (kind, language) {
        (MailKind::OrderConfirmed, Italian) => {
            "grazie! Il pagamento è arrivato e il tuo ordine è confermato. Ti scriviamo appena parte."
        }
        (MailKind::OrderConfirmed, English) => {
            "thank you! Your payment has arrived and your order is confirmed. We will write when it is sent."
        }
        (MailKind::OrderShipped, Italian) => "il tuo ordine è partito.",
        (MailKind::OrderShipped, English) => "your order is on its way.",
        (MailKind::PaymentFailed, Italian) => {
            "purtroppo il pagamento non è riuscito. Non è stato addebitato nulla e i pezzi sono di nuovo liberi."
        }
        (MailKind::PaymentFailed, English) => {
            "unfortunately the payment failed. Nothing was charged, and the pieces are free again."
        }
        (MailKind::OrderRefunded, Italian) => {
            "ti abbiamo rimborsato l’importo indicato sotto. A seconda della banca arriva entro qualche giorno."
        }
        (MailKind::OrderRefunded, English) => {
            "we have refunded the amount below. Depending on your bank it arrives within a few days."
        }
        (MailKind::ShopOrderPaid, Italian) => "un ordine è stato pagato ed è pronto da preparare.",
        (MailKind::ShopOrderPaid, English) => "an order was paid and is ready to be packed.",
        (MailKind::ShopOrderReview, Italian) => {
            "questo ordine va controllato da una persona. Finché resta così, non va spedito."
        }
        (MailKind::ShopOrderReview, English) => {
            "a person has to look at this order. While that stands, it must not be sent."
        }
    }
}

/// Why a person has to look at an order.
pub(super) const fn review(reason: ReviewReason, language: Language) -> &'static str {
    use Language::{English, Italian};
    match (reason, language) {
        (ReviewReason::AmountMismatch, Italian) => "È stato incassato un importo diverso da quello ordinato.",
        (ReviewReason::AmountMismatch, English) => "Another amount was taken than was ordered.",
        (ReviewReason::SecondSession, Italian) => "È stato pagato due volte.",
        (ReviewReason::SecondSession, English) => "It was paid twice.",
        (ReviewReason::RefundFailed, Italian) => "Non è stato possibile restituire il denaro.",
        (ReviewReason::RefundFailed, English) => "The money could not be given back.",
        (ReviewReason::Restored, Italian) => {
            "È stato pagato dopo l’ultima copia di sicurezza ripristinata: che cosa è stato comprato lo sa solo il fornitore dei pagamenti."
        }
        (ReviewReason::Restored, English) => {
            "It was paid after the backup that was restored: only the payment provider knows what was bought."
        }
    }
}
