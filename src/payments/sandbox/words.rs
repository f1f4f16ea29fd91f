//! What the pay page says, in Italian and English.

/// A language of the pay page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Italian,
    English,
}

/// The texts of one language.
pub(super) struct Words {
    pub test_mode: &'static str,
    pub title: &'static str,
    pub pay_to: &'static str,
    pub total: &'static str,
    pub name: &'static str,
    pub email: &'static str,
    pub optional: &'static str,
    pub pay: &'static str,
    pub no_card: &'static str,
    pub try_else: &'static str,
    pub decline: &'static str,
    pub expire: &'static str,
    pub cancel: &'static str,
    pub declined: &'static str,
    pub invalid: &'static str,
    pub paid: &'static str,
    pub expired: &'static str,
    pub back: &'static str,
    pub other_language: &'static str,
}

const ITALIAN: Words = Words {
    test_mode: "MODALITÀ DI PROVA — nessun denaro vero, non spedire",
    title: "Pagamento di prova",
    pay_to: "Stai pagando a",
    total: "Totale",
    name: "Nome",
    email: "E-mail",
    optional: "facoltativo",
    pay: "Paga",
    no_card: "Non serve nessuna carta. Questa pagina imita il pagamento e non sposta denaro.",
    try_else: "Prova un altro esito",
    decline: "Carta rifiutata",
    expire: "Lascia scadere",
    cancel: "Annulla e torna alla diretta",
    declined: "La carta è stata rifiutata. Puoi riprovare: i pezzi restano riservati per te.",
    invalid: "Controlla nome ed e-mail, oppure lasciali vuoti.",
    paid: "Questo ordine è già pagato.",
    expired: "Questa pagina di pagamento è scaduta. Non è stato addebitato nulla.",
    back: "Torna alla diretta",
    other_language: "English",
};

const ENGLISH: Words = Words {
    test_mode: "TEST MODE — no real money, do not ship",
    title: "Test payment",
    pay_to: "You are paying",
    total: "Total",
    name: "Name",
    email: "E-mail",
    optional: "optional",
    pay: "Pay",
    no_card: "No card is needed. This page imitates the payment and moves no money.",
    try_else: "Try another outcome",
    decline: "Card declined",
    expire: "Let it expire",
    cancel: "Cancel and go back to the show",
    declined: "The card was declined. You can try again: your pieces stay reserved.",
    invalid: "Check name and e-mail, or leave them empty.",
    paid: "This order is paid already.",
    expired: "This payment page has expired. Nothing was charged.",
    back: "Back to the show",
    other_language: "Italiano",
};

impl Language {
    /// The language asked for by address, else the first one of ours in `Accept-Language`.
    pub fn choose(wanted: Option<&str>, accepted: &str) -> Self {
        let named = |tag: &str| match tag.trim().get(..2).map(str::to_ascii_lowercase).as_deref() {
            Some("it") => Some(Self::Italian),
            Some("en") => Some(Self::English),
            _ => None,
        };
        wanted.and_then(named).or_else(|| accepted.split(',').find_map(named)).unwrap_or(Self::English)
    }

    pub const fn tag(self) -> &'static str {
        match self {
            Self::Italian => "it",
            Self::English => "en",
        }
    }

    pub const fn other(self) -> Self {
        match self {
            Self::Italian => Self::English,
            Self::English => Self::Italian,
        }
    }

    pub const fn words(self) -> &'static Words {
        match self {
            Self::Italian => &ITALIAN,
            Self::English => &ENGLISH,
        }
    }

    /// An amount as people of this language write it.
    pub fn money(self, minor: i64, currency: &str, decimals: u32) -> String {
        let scale = 10i64.pow(decimals);
        let (group, point) = match self {
            Self::Italian => ('.', ','),
            Self::English => (',', '.'),
        };
        let mut number = grouped(minor / scale, group);
        if decimals > 0 {
            number.push(point);
            let fraction = (minor % scale).to_string();
            number.extend(std::iter::repeat_n('0', decimals as usize - fraction.len()));
            number.push_str(&fraction);
        }
        let symbol = match currency {
            "EUR" => "€",
            "GBP" => "£",
            "USD" => "$",
            other => return format!("{number}\u{a0}{other}"),
        };
        match self {
            Self::Italian => format!("{number}\u{a0}{symbol}"),
            Self::English => format!("{symbol}{number}"),
        }
    }
}

fn grouped(number: i64, separator: char) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::Language::{self, English, Italian};

    #[test]
    fn the_address_wins_over_the_browser() {
        assert_eq!(Language::choose(Some("it"), "en-GB,en;q=0.9"), Italian);
        assert_eq!(Language::choose(None, "de-DE, it-IT;q=0.8, en;q=0.7"), Italian);
        assert_eq!(Language::choose(Some("fr"), "en"), English);
        assert_eq!(Language::choose(None, "日本"), English);
    }

    #[test]
    fn amounts_are_written_as_people_do() {
        assert_eq!(Italian.money(123_450, "EUR", 2), "1.234,50\u{a0}€");
        assert_eq!(English.money(123_450, "EUR", 2), "€1,234.50");
        assert_eq!(English.money(5, "USD", 2), "$0.05");
        assert_eq!(Italian.money(1_000, "JPY", 0), "1.000\u{a0}JPY");
        assert_eq!(English.money(1_500, "BHD", 3), "1.500\u{a0}BHD");
    }
}
