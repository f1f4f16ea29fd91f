//! What mails and pages say of withdrawal, in Italian and English.
//!
//! The instructions follow the model of Annex I(A) to Directive 2011/83/EU (Allegato I, parte A, of
//! the Codice del consumo); `docs/legal.md` says that the wording is to be checked by the shop.

use crate::domain::language::Language;
use crate::domain::legal::LegalSettings;
use crate::domain::mail::LegalMailKind;

/// The instructions on withdrawal of a shop, in paragraphs.
#[must_use]
pub fn instructions(legal: &LegalSettings, language: Language) -> Vec<String> {
    let seller = contact(legal);
    let to = legal.returns_to().replace('\n', ", ");
    match language {
        Language::Italian => vec![
            "Hai il diritto di recedere dal contratto entro 14 giorni, senza indicarne le ragioni.".to_owned(),
            "Il periodo di recesso scade dopo 14 giorni dal giorno in cui tu, o una persona da te indicata diversa dal corriere, ricevi l’ultimo dei beni ordinati. Puoi recedere anche prima della consegna.".to_owned(),
            format!("Per recedere basta una dichiarazione esplicita, per esempio una lettera o un’e-mail a {seller}. Puoi anche usare la funzione «Recedi dal contratto qui» sulla pagina del tuo ordine: ti mandiamo subito una ricevuta con data e ora."),
            "Il termine è rispettato se invii la dichiarazione prima che scada.".to_owned(),
            "Se recedi, ti rimborsiamo tutti i pagamenti ricevuti, compresi i costi di consegna (salvo i costi in più se hai scelto una consegna diversa da quella standard meno costosa), senza ritardo e comunque entro 14 giorni dal giorno in cui riceviamo la tua dichiarazione, con lo stesso mezzo di pagamento e senza alcun costo. Possiamo trattenere il rimborso finché non riceviamo i beni o finché non dimostri di averli rispediti.".to_owned(),
            format!("Rispedisci i beni senza ritardo e comunque entro 14 giorni dalla dichiarazione{}.", if to.is_empty() { String::new() } else { format!(" a: {to}") }),
            (if legal.buyer_pays_return { "I costi diretti della restituzione sono a tuo carico." } else { "I costi della restituzione sono a carico nostro." }).to_owned(),
            "Rispondi solo della diminuzione di valore dovuta a un uso diverso da quello necessario per capire natura, caratteristiche e funzionamento dei beni.".to_owned(),
        ],
        Language::English => vec![
            "You have the right to withdraw from this contract within 14 days without giving any reason.".to_owned(),
            "The withdrawal period expires 14 days from the day on which you, or a third party other than the carrier and indicated by you, receive the last of the goods ordered. You may withdraw before delivery too.".to_owned(),
            format!("To withdraw, an unequivocal statement is enough, such as a letter or an e-mail to {seller}. You can also use the function “Withdraw from contract here” on the page of your order: we send you a receipt with date and time at once."),
            "The deadline is met if you send your statement before the period has expired.".to_owned(),
            "If you withdraw, we reimburse all payments received from you, including the costs of delivery (except supplementary costs if you chose another delivery than the least expensive standard one), without undue delay and in any event within 14 days from the day on which we receive your statement, by the same means of payment and without any fee. We may withhold the reimbursement until we have received the goods back or you have shown that you sent them.".to_owned(),
            format!("Send the goods back without undue delay and in any event within 14 days of your statement{}.", if to.is_empty() { String::new() } else { format!(" to: {to}") }),
            (if legal.buyer_pays_return { "You bear the direct cost of returning the goods." } else { "We bear the cost of returning the goods." }).to_owned(),
            "You are liable only for a diminished value that results from handling beyond what is needed to establish the nature, characteristics and functioning of the goods.".to_owned(),
        ],
    }
}

/// The seller on one line, as far as it is known.
pub(super) fn contact(legal: &LegalSettings) -> String {
    let seller = &legal.seller;
    let address = seller.address.replace('\n', ", ");
    let parts = [&seller.name, &address, &seller.email, &seller.phone];
    parts.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(", ")
}

/// The subject of a mail, with the order's number in place of `{}`.
pub(super) const fn subject(kind: LegalMailKind, language: Language) -> &'static str {
    use Language::{English, Italian};
    match (kind, language) {
        (LegalMailKind::WithdrawalReceipt, Italian) => "Ricevuta del recesso dall’ordine {}",
        (LegalMailKind::WithdrawalReceipt, English) => "Receipt of your withdrawal from order {}",
        (LegalMailKind::OrderLink, Italian) => "La pagina del tuo ordine {}",
        (LegalMailKind::OrderLink, English) => "The page of your order {}",
        (LegalMailKind::ShopWithdrawal, Italian) => "Recesso dall’ordine {}",
        (LegalMailKind::ShopWithdrawal, English) => "Withdrawal from order {}",
    }
}

/// The texts of mails about withdrawals.
pub(super) struct Words {
    pub hello: &'static str,
    pub test: &'static str,
    pub received: &'static str,
    pub link: &'static str,
    pub shop: &'static str,
    pub statement: &'static str,
    pub received_at: &'static str,
    pub name: &'static str,
    pub order: &'static str,
    pub goods: &'static str,
    pub amount: &'static str,
    pub refund_by: &'static str,
    pub send_back: &'static str,
    pub seller: &'static str,
    pub see_order: &'static str,
    pub open_studio: &'static str,
}

const ITALIAN: Words = Words {
    hello: "Buongiorno,",
    test: "PROVA: nessun denaro vero è stato mosso e non viene spedito nulla.",
    received: "abbiamo ricevuto la tua dichiarazione di recesso. Conserva questa e-mail: è la tua ricevuta.",
    link: "ecco la pagina del tuo ordine, come hai chiesto. Da lì puoi anche recedere dal contratto. Se non l’hai chiesto tu, ignora questa e-mail.",
    shop: "un acquirente ha esercitato il recesso. Il denaro va restituito entro la data indicata; puoi aspettare i beni o la prova della spedizione.",
    statement: "Dichiarazione: con la presente recedo dal contratto di vendita dei beni indicati.",
    received_at: "Ricevuta il",
    name: "Nome",
    order: "Ordine",
    goods: "Beni",
    amount: "Importo da rimborsare",
    refund_by: "Rimborso entro il",
    send_back: "Rispedisci i beni entro 14 giorni a",
    seller: "Venditore",
    see_order: "Vedi il tuo ordine",
    open_studio: "Apri l’ordine nello studio",
};

const ENGLISH: Words = Words {
    hello: "Hello,",
    test: "TEST: no real money moved and nothing is shipped.",
    received: "we have received your statement of withdrawal. Keep this e-mail: it is your receipt.",
    link: "here is the page of your order, as you asked. You can withdraw from the contract there too. If you did not ask, ignore this e-mail.",
    shop: "a buyer has withdrawn. The money has to go back by the date below; you may wait for the goods or for proof that they were sent.",
    statement: "Statement: I hereby give notice that I withdraw from my contract of sale of the goods below.",
    received_at: "Received on",
    name: "Name",
    order: "Order",
    goods: "Goods",
    amount: "Amount to be reimbursed",
    refund_by: "Reimbursement by",
    send_back: "Send the goods back within 14 days to",
    seller: "Seller",
    see_order: "See your order",
    open_studio: "Open the order in the studio",
};

pub(super) const fn words(language: Language) -> &'static Words {
    match language {
        Language::Italian => &ITALIAN,
        Language::English => &ENGLISH,
    }
}
