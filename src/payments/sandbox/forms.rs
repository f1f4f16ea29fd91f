//! The pay page's forms: what a buyer enters, chooses and presses.

use std::fmt::Write;

use super::buyer::{EMAIL_CHARS_MAX, NAME_CHARS_MAX, PHONE_CHARS_MAX, POSTAL_CODE_CHARS_MAX};
use super::news::News;
use super::session::Stage;
use super::shapes::Refund;
use super::view::{Notice, View, alert, escape};

/// One field of the buyer's form.
struct Field {
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    autocomplete: &'static str,
    chars_max: usize,
    is_required: bool,
}

impl View<'_> {
    /// What changes the total before it is paid; each press draws the page anew.
    pub(super) fn choices(&self) -> String {
        let (words, data) = (self.language.words(), &self.session.data);
        let mut parts = String::new();
        if data.shipping_options.len() > 1 {
            let options = data.shipping_options.iter().enumerate().map(|(index, option)| {
                let is_chosen = index == data.shipping_choice;
                format!(
                    "<button name=\"action\" value=\"shipping:{index}\" aria-pressed=\"{is_chosen}\">\
                     <span>{name}</span> <span class=\"amount\">{amount}</span></button>",
                    name = escape(&option.name),
                    amount = self.shipping_price(option.amount),
                )
            });
            let options: String = options.collect();
            let _ = write!(
                parts,
                "<fieldset class=\"options\"><legend>{}</legend>{options}</fieldset>",
                words.choose_shipping
            );
        }
        if data.wants.codes {
            parts.push_str(&self.code());
        }
        if parts.is_empty() { parts } else { self.form(&parts) }
    }

    fn code(&self) -> String {
        let words = self.language.words();
        if self.session.data.code.is_some() {
            return button("drop_code", words.drop_code);
        }
        format!(
            "<label for=\"code\">{code} <small>({optional})</small></label>\
             <p class=\"row\"><input id=\"code\" name=\"code\" maxlength=\"40\" autocomplete=\"off\" \
             autocapitalize=\"characters\" aria-describedby=\"code-hint\">{apply}</p>\
             <p class=\"hint\" id=\"code-hint\">{hint}</p>",
            code = words.code,
            optional = words.optional,
            apply = button("use_code", words.use_code),
            hint = words.code_hint,
        )
    }

    pub(super) fn payment(&self) -> String {
        let words = self.language.words();
        let fields: String = self.fields().iter().map(|field| self.field(field)).collect();
        let country = self.country();
        let outcomes: String = [
            ("ask", "bank", words.ask_bank),
            ("ask", "debit", words.debit),
            ("ask", "twice", words.pay_twice),
            ("skip", "decline", words.decline),
            ("skip", "expire", words.expire),
        ]
        .into_iter()
        .map(|(check, action, label)| {
            // What pays needs the fields above, what does not pay does not.
            if check == "ask" { button(action, label) } else { free_button(action, label) }
        })
        .collect();
        let cancel = self.session.data.cancel_url.as_ref().map(|_| {
            format!(
                "<button class=\"cancel\" name=\"action\" value=\"cancel\" formnovalidate>{}</button>",
                words.cancel
            )
        });
        self.form(&format!(
            "{fields}{country}\
             <button class=\"pay\" name=\"action\" value=\"pay\">{pay} {total}</button>\
             <p class=\"hint\">{no_card}</p>\
             <details{open}><summary>{try_else}</summary>{news}{outcomes}</details>\
             {cancel}",
            pay = words.pay,
            total = self.money(self.session.data.totals().total),
            no_card = words.no_card,
            open = if self.notice == Some(Notice::Declined) { " open" } else { "" },
            try_else = words.try_else,
            news = self.news(),
            cancel = cancel.unwrap_or_default(),
        ))
    }

    fn fields(&self) -> Vec<Field> {
        let words = self.language.words();
        let wants = &self.session.data.wants;
        let has_parcel = !wants.countries.is_empty();
        let field = |name, label, autocomplete, chars_max, is_required| Field {
            name,
            label,
            kind: match name {
                "email" => "email",
                "phone" => "tel",
                _ => "text",
            },
            autocomplete,
            chars_max,
            is_required,
        };
        let mut fields = vec![
            field("name", words.name, "name", NAME_CHARS_MAX, has_parcel),
            field("email", words.email, "email", EMAIL_CHARS_MAX, false),
        ];
        if wants.phone {
            fields.push(field("phone", words.phone, "tel", PHONE_CHARS_MAX, true));
        }
        if has_parcel {
            fields.extend([
                field("line1", words.line1, "address-line1", NAME_CHARS_MAX, true),
                field("line2", words.line2, "address-line2", NAME_CHARS_MAX, false),
                field("postal_code", words.postal_code, "postal-code", POSTAL_CODE_CHARS_MAX, true),
                field("city", words.city, "address-level2", NAME_CHARS_MAX, true),
                field("state", words.state, "address-level1", NAME_CHARS_MAX, false),
            ]);
        }
        fields
    }

    fn field(&self, field: &Field) -> String {
        let Field { name, label, kind, autocomplete, chars_max, is_required } = field;
        let optional = if *is_required {
            String::new()
        } else {
            format!(" <small>({})</small>", self.language.words().optional)
        };
        let buyer = &self.session.data.buyer;
        let value = match *name {
            "name" => buyer.name.as_deref(),
            "email" => buyer.email.as_deref(),
            "phone" => buyer.phone.as_deref(),
            _ => None,
        };
        // What has to be filled in is filled in already: nobody types an address to try things out.
        let value = value.or_else(|| is_required.then(|| self.language.sample(name)));
        format!(
            "<label for=\"{name}\">{label}{optional}</label>\
             <input id=\"{name}\" name=\"{name}\" type=\"{kind}\" maxlength=\"{chars_max}\" \
             autocomplete=\"{autocomplete}\" value=\"{value}\"{required}>",
            value = escape(value.unwrap_or_default()),
            required = if *is_required { " required" } else { "" },
        )
    }

    fn country(&self) -> String {
        let countries = &self.session.data.wants.countries;
        if countries.is_empty() {
            return String::new();
        }
        let option = |code: &String| {
            format!("<option value=\"{}\">{}</option>", escape(code), escape(self.language.country(code)))
        };
        format!(
            "<label for=\"country\">{label}</label>\
             <select id=\"country\" name=\"country\" autocomplete=\"country\">{options}</select>",
            label = self.language.words().country,
            options = countries.iter().map(option).collect::<String>(),
        )
    }

    /// How the shop is to hear of what happens next.
    fn news(&self) -> String {
        let words = self.language.words();
        let option = |(news, label): (News, &str)| {
            let selected = if news == self.session.data.news { " selected" } else { "" };
            format!("<option value=\"{}\"{selected}>{label}</option>", news.name())
        };
        let options: String = News::ALL.into_iter().zip(words.news_choices).map(option).collect();
        format!(
            "<label for=\"news\">{}</label><select id=\"news\" name=\"news\">{options}</select>{}",
            words.news,
            free_button("keep_news", words.keep_news),
        )
    }

    pub(super) fn bank(&self) -> String {
        let words = self.language.words();
        self.form(&format!(
            "<section class=\"bank\"><h2>{}</h2><p>{}</p>\
             <button class=\"pay\" name=\"action\" value=\"bank_confirm\">{}</button>{}</section>",
            words.bank_title,
            words.bank_text,
            words.bank_confirm,
            button("bank_refuse", words.bank_refuse),
        ))
    }

    pub(super) fn complete(&self) -> String {
        let (words, session) = (self.language.words(), self.session);
        let dispute = session.data.dispute.as_ref().map(|dispute| dispute.status.as_str());
        let text = match (session.data.stage, dispute) {
            (Stage::Failed, _) => words.failed,
            _ if session.is_pending() => words.pending,
            (_, Some("won")) => words.dispute_won,
            (_, Some("lost")) => words.dispute_lost,
            (_, Some(_)) => words.disputed,
            (_, None) => words.paid,
        };
        let mut buttons = String::new();
        if session.is_pending() {
            buttons.push_str(&button("debit_arrive", words.debit_arrives));
            buttons.push_str(&button("debit_fail", words.debit_fails));
        }
        if session.is_paid() {
            buttons.push_str(&button("pay_again", words.pay_again));
            match dispute {
                None => buttons.push_str(&button("dispute", words.open_dispute)),
                Some("needs_response") => {
                    buttons.push_str(&button("dispute_win", words.win_dispute));
                    buttons.push_str(&button("dispute_lose", words.lose_dispute));
                }
                Some(_) => {}
            }
            buttons.push_str(&self.refunds());
        }
        let after = if buttons.is_empty() {
            String::new()
        } else {
            let open = if session.is_pending() { " open" } else { "" };
            let inner = format!(
                "<details{open}><summary>{}</summary>{}{buttons}</details>",
                words.try_after,
                self.news()
            );
            self.form(&inner)
        };
        let url = session.after_url().or_else(|| session.data.return_url.clone());
        format!("{}{}{after}", alert(text), self.back(url.filter(|_| !session.is_embedded()).as_deref()))
    }

    fn refunds(&self) -> String {
        let words = self.language.words();
        let pending = self.refunds.iter().filter_map(|object| {
            let refund: Refund = serde_json::from_value(object.data.clone()).ok()?;
            let amount = self.money(refund.amount);
            let end = |action: &str, label: &str| {
                button(&format!("{action}:{}", object.id), &format!("{amount}: {label}"))
            };
            (refund.status == "pending")
                .then(|| end("refund_arrive", words.refund_arrives) + &end("refund_fail", words.refund_fails))
        });
        let pace = if self.session.data.do_refunds_wait {
            button("refunds_at_once", words.refunds_at_once)
        } else {
            button("refunds_wait", words.refunds_wait)
        };
        format!(
            "<fieldset><legend>{}</legend>{}{pace}</fieldset>",
            words.refunds,
            pending.collect::<String>()
        )
    }

    fn form(&self, inner: &str) -> String {
        format!(
            "<form method=\"post\" action=\"/sandbox/pay/{id}?lang={tag}\">\
             <input type=\"hidden\" name=\"token\" value=\"{token}\">{inner}</form>",
            id = escape(&self.session.id),
            tag = self.language.tag(),
            token = self.token,
        )
    }
}

fn button(action: &str, label: &str) -> String {
    format!("<button name=\"action\" value=\"{}\">{label}</button>", escape(action))
}

/// A button that does not need the fields beside it.
fn free_button(action: &str, label: &str) -> String {
    format!("<button name=\"action\" value=\"{}\" formnovalidate>{label}</button>", escape(action))
}
