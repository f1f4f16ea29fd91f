//! Reads what a session is asked with, as strictly as Stripe does.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::amounts::Unit;
use super::answer::Refusal;
use super::buyer::Buyer;
use super::form::Form;
use super::news::News;
use super::session::{Line, Redirect, SessionData, ShippingOption, Stage, Wants};

/// The shortest and longest life of a session in seconds, as Stripe's: 30 minutes to 24 hours.
const LIFE_SECS: std::ops::RangeInclusive<i64> = 30 * 60..=24 * 60 * 60;
/// Lines of one session, as Stripe's.
const LINES_MAX: usize = 100;
/// Ways to send one parcel, as Stripe's.
const SHIPPING_OPTIONS_MAX: usize = 5;
/// Names in metadata, and characters of a name and of a value, as Stripe's.
const METADATA_MAX: (usize, usize, usize) = (50, 40, 500);
/// Characters of a reference, as Stripe's.
const REFERENCE_CHARS_MAX: usize = 200;
/// Pictures of one product, as Stripe's.
const IMAGES_MAX: usize = 8;

/// A price that was made before.
#[derive(Clone, Debug)]
pub(super) struct Price {
    pub currency: String,
    pub unit_amount: i64,
    pub product_name: String,
    pub is_tax_extra: bool,
}

type Prices<'a> = &'a dyn Fn(&str) -> Option<Price>;

impl SessionData {
    /// Reads a create request; `prices` finds those that were made before.
    pub fn read(form: &Form, prices: Prices<'_>) -> Result<Self, Refusal> {
        if form.text(&["mode"]) != Some("payment") {
            return Err(Refusal::invalid("mode", "This sandbox takes mode=payment only."));
        }
        let ends = Ends::read(form)?;
        let forms = form.list(&["line_items"]);
        if forms.is_empty() || forms.len() > LINES_MAX {
            return Err(Refusal::invalid("line_items", "Send 1 to 100 line items."));
        }
        let read = |(index, line): (usize, &&Form)| read_line(index, line, prices);
        let lines = forms.iter().enumerate().map(read).collect::<Result<Vec<_>, _>>()?;
        let currency = lines[0].0.clone();
        if let Some(at) = lines.iter().position(|(other, _)| *other != currency) {
            let message = "All line items need the same currency.";
            return Err(Refusal::invalid(&format!("line_items[{at}][price_data][currency]"), message));
        }
        let wants = read_wants(form)?;
        let data = Self {
            lines: lines.into_iter().map(|(_, line)| line).collect(),
            payment_status: "unpaid".to_owned(),
            success_url: ends.success_url,
            cancel_url: ends.cancel_url,
            return_url: ends.return_url,
            redirect: ends.redirect,
            client_reference_id: read_reference(form)?,
            metadata: read_metadata(form)?,
            shipping_options: read_shipping_options(form, &currency)?,
            wants,
            shipping_choice: 0,
            code: None,
            buyer: Buyer { email: form.text(&["customer_email"]).map(str::to_owned), ..Buyer::default() },
            stage: Stage::Form,
            refunded: 0,
            do_refunds_wait: false,
            dispute: None,
            news: News::default(),
            events: 0,
            currency,
        };
        unit(&data.currency, "line_items[0][price_data][currency]")?.check_total(data.totals().total)?;
        Ok(data)
    }
}

/// Where the buyer goes in the end.
struct Ends {
    success_url: Option<String>,
    cancel_url: Option<String>,
    return_url: Option<String>,
    redirect: Redirect,
}

impl Ends {
    fn read(form: &Form) -> Result<Self, Refusal> {
        let url = |name: &str| match form.text(&[name]) {
            None => Ok(None),
            Some(url) if is_url(url) => Ok(Some(url.to_owned())),
            Some(_) => Err(Refusal::invalid(name, "Not a valid URL.").code("url_invalid")),
        };
        let (success_url, cancel_url, return_url) =
            (url("success_url")?, url("cancel_url")?, url("return_url")?);
        let redirect = match form.text(&["redirect_on_completion"]) {
            None | Some("always") => Redirect::Always,
            Some("if_required") => Redirect::IfRequired,
            Some("never") => Redirect::Never,
            Some(_) => {
                return Err(Refusal::invalid(
                    "redirect_on_completion",
                    "Must be always, if_required or never.",
                ));
            }
        };
        match form.text(&["ui_mode"]) {
            None | Some("hosted_page") => {
                for name in ["return_url", "redirect_on_completion"] {
                    if form.has(&[name]) {
                        return Err(Refusal::invalid(name, format!("`{name}` is for embedded pages only.")));
                    }
                }
                if success_url.is_none() {
                    return Err(Refusal::invalid("success_url", "A hosted page needs a success_url."));
                }
            }
            Some("embedded_page") => {
                for (name, value) in [("success_url", &success_url), ("cancel_url", &cancel_url)] {
                    if value.is_some() {
                        return Err(Refusal::invalid(name, format!("An embedded page takes no {name}.")));
                    }
                }
                if return_url.is_none() {
                    return Err(Refusal::invalid("return_url", "An embedded page needs a return_url."));
                }
            }
            Some(_) => {
                let message = "This sandbox takes ui_mode=hosted_page and embedded_page only.";
                return Err(Refusal::invalid("ui_mode", message));
            }
        }
        Ok(Self { success_url, cancel_url, return_url, redirect })
    }
}

fn is_url(text: &str) -> bool {
    // The braces of `{CHECKOUT_SESSION_ID}` may stand in it.
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// A line with its currency.
fn read_line(index: usize, form: &Form, prices: Prices<'_>) -> Result<(String, Line), Refusal> {
    let param = |name: &str| format!("line_items[{index}]{name}");
    let quantity = if form.has(&["quantity"]) { form.number(&["quantity"]) } else { Some(1) };
    let quantity = quantity
        .filter(|quantity| *quantity > 0)
        .ok_or_else(|| Refusal::invalid(&param("[quantity]"), "Invalid integer."))?;
    if let Some(id) = form.text(&["price"]) {
        let Price { currency, unit_amount, product_name: name, is_tax_extra } =
            prices(id).ok_or_else(|| Refusal::missing("price", id))?;
        return Ok((currency, Line { name, description: None, unit_amount, quantity, is_tax_extra }));
    }
    let text = |path: &[&str]| form.text(&[&["price_data"], path].concat()).unwrap_or_default();
    let currency = text(&["currency"]);
    let unit = unit(currency, &param("[price_data][currency]"))?;
    let name = text(&["product_data", "name"]);
    if name.trim().is_empty() {
        return Err(Refusal::invalid(&param("[price_data][product_data][name]"), "A product needs a name."));
    }
    if form.list_texts(&["price_data", "product_data", "images"]).len() > IMAGES_MAX {
        return Err(Refusal::invalid(&param("[price_data][product_data][images]"), "Send at most 8 images."));
    }
    let unit_amount = form.number(&["price_data", "unit_amount"]).filter(|amount| *amount >= 0);
    let amount_param = param("[price_data][unit_amount]");
    let unit_amount = unit_amount.ok_or_else(|| Refusal::invalid(&amount_param, "Invalid integer."))?;
    unit.check_step(&amount_param, unit_amount)?;
    let line = Line {
        name: name.to_owned(),
        description: form.text(&["price_data", "product_data", "description"]).map(str::to_owned),
        unit_amount,
        quantity,
        is_tax_extra: text(&["tax_behavior"]) == "exclusive",
    };
    Ok((currency.to_owned(), line))
}

fn unit<'a>(code: &'a str, param: &str) -> Result<Unit<'a>, Refusal> {
    Unit::find(code).ok_or_else(|| Refusal::invalid(param, format!("Invalid currency: {code}.")))
}

fn read_wants(form: &Form) -> Result<Wants, Refusal> {
    let flag = |path: &[&str]| match (form.has(path), form.flag(path)) {
        (false, _) => Ok(false),
        (true, Some(flag)) => Ok(flag),
        (true, None) => Err(Refusal::invalid(path[0], "Invalid boolean.")),
    };
    let countries = form.list_texts(&["shipping_address_collection", "allowed_countries"]);
    let is_country = |code: &String| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if !countries.iter().all(is_country) {
        let param = "shipping_address_collection[allowed_countries]";
        return Err(Refusal::invalid(param, "Countries are two capital letters."));
    }
    Ok(Wants {
        phone: flag(&["phone_number_collection", "enabled"])?,
        countries,
        codes: flag(&["allow_promotion_codes"])?,
        tax: flag(&["automatic_tax", "enabled"])?,
    })
}

fn read_shipping_options(form: &Form, currency: &str) -> Result<Vec<ShippingOption>, Refusal> {
    let options = form.list(&["shipping_options"]);
    if options.len() > SHIPPING_OPTIONS_MAX {
        return Err(Refusal::invalid("shipping_options", "Send at most 5 shipping options."));
    }
    options
        .into_iter()
        .enumerate()
        .map(|(index, option)| read_shipping_option(index, option, currency))
        .collect()
}

fn read_shipping_option(index: usize, form: &Form, currency: &str) -> Result<ShippingOption, Refusal> {
    let param = |name: &str| format!("shipping_options[{index}][shipping_rate_data]{name}");
    let text = |path: &[&str]| form.text(&[&["shipping_rate_data"], path].concat());
    if !matches!(text(&["type"]), None | Some("fixed_amount")) {
        return Err(Refusal::invalid(&param("[type]"), "Must be fixed_amount."));
    }
    let name = text(&["display_name"]).filter(|name| !name.trim().is_empty() && name.chars().count() <= 100);
    let name = name.ok_or_else(|| {
        Refusal::invalid(&param("[display_name]"), "A shipping rate needs a name of 1 to 100 characters.")
    })?;
    if text(&["fixed_amount", "currency"]) != Some(currency) {
        let message = "A shipping rate needs the currency of the line items.";
        return Err(Refusal::invalid(&param("[fixed_amount][currency]"), message));
    }
    let amount_param = param("[fixed_amount][amount]");
    let amount = form.number(&["shipping_rate_data", "fixed_amount", "amount"]).filter(|amount| *amount >= 0);
    let amount = amount.ok_or_else(|| Refusal::invalid(&amount_param, "Invalid integer."))?;
    unit(currency, &param("[fixed_amount][currency]"))?.check_step(&amount_param, amount)?;
    Ok(ShippingOption {
        id: String::new(),
        name: name.to_owned(),
        amount,
        is_tax_extra: text(&["tax_behavior"]) == Some("exclusive"),
    })
}

/// Names and values of the caller's own.
pub(super) fn read_metadata(form: &Form) -> Result<BTreeMap<String, String>, Refusal> {
    let metadata = form.texts(&["metadata"]);
    let (names, name_chars, value_chars) = METADATA_MAX;
    let is_long = |(name, value): (&String, &String)| {
        name.chars().count() > name_chars || value.chars().count() > value_chars
    };
    if metadata.len() > names || metadata.iter().any(is_long) {
        let message = "Metadata has at most 50 keys of 40 characters with values of 500.";
        return Err(Refusal::invalid("metadata", message));
    }
    Ok(metadata)
}

fn read_reference(form: &Form) -> Result<Option<String>, Refusal> {
    let reference = form.text(&["client_reference_id"]);
    if reference.is_some_and(|text| text.chars().count() > REFERENCE_CHARS_MAX) {
        return Err(Refusal::invalid("client_reference_id", "At most 200 characters."));
    }
    Ok(reference.map(str::to_owned))
}

/// When a session closes by itself; Stripe's default is its longest life.
pub(super) fn read_expiry(form: &Form, now: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
    let at = if form.has(&["expires_at"]) {
        form.number(&["expires_at"]).filter(|at| LIFE_SECS.contains(&at.saturating_sub(now.timestamp())))
    } else {
        Some(now.timestamp() + LIFE_SECS.end())
    };
    at.and_then(|at| DateTime::from_timestamp(at, 0)).ok_or_else(|| {
        let message = "The `expires_at` timestamp must be between 30 minutes and 24 hours from \
                       Checkout Session creation.";
        Refusal::invalid("expires_at", message)
    })
}
