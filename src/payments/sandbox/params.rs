//! Which parameters each call takes; any other is refused, as Stripe does.
//!
//! `#` stands for the number of a list's member, `*` for a name of the caller's choice.
//! What only changes looks on Stripe's own page is taken and changes nothing here.

use super::answer::Refusal;
use super::form::Form;

/// Parameters that every call takes.
const ALWAYS: &[&str] = &["expand[#]"];

/// For making a checkout session.
pub(super) const SESSION: &[&str] = &[
    "adaptive_pricing[enabled]",
    "allow_promotion_codes",
    "allowed_payment_method_types[#]",
    "automatic_tax[enabled]",
    "billing_address_collection",
    "cancel_url",
    "client_reference_id",
    "custom_text[after_submit][message]",
    "custom_text[shipping_address][message]",
    "custom_text[submit][message]",
    "customer_creation",
    "customer_email",
    "expires_at",
    "line_items[#][price]",
    "line_items[#][price_data][currency]",
    "line_items[#][price_data][product_data][description]",
    "line_items[#][price_data][product_data][images][#]",
    "line_items[#][price_data][product_data][metadata][*]",
    "line_items[#][price_data][product_data][name]",
    "line_items[#][price_data][product_data][tax_code]",
    "line_items[#][price_data][tax_behavior]",
    "line_items[#][price_data][unit_amount]",
    "line_items[#][quantity]",
    "locale",
    "metadata[*]",
    "mode",
    "payment_intent_data[description]",
    "payment_intent_data[metadata][*]",
    "payment_intent_data[receipt_email]",
    "payment_intent_data[shipping][address][*]",
    "payment_intent_data[shipping][name]",
    "payment_intent_data[statement_descriptor]",
    "payment_intent_data[statement_descriptor_suffix]",
    "payment_method_types[#]",
    "phone_number_collection[enabled]",
    "redirect_on_completion",
    "return_url",
    "shipping_address_collection[allowed_countries][#]",
    "shipping_options[#][shipping_rate_data][delivery_estimate][*][unit]",
    "shipping_options[#][shipping_rate_data][delivery_estimate][*][value]",
    "shipping_options[#][shipping_rate_data][display_name]",
    "shipping_options[#][shipping_rate_data][fixed_amount][amount]",
    "shipping_options[#][shipping_rate_data][fixed_amount][currency]",
    "shipping_options[#][shipping_rate_data][metadata][*]",
    "shipping_options[#][shipping_rate_data][tax_behavior]",
    "shipping_options[#][shipping_rate_data][tax_code]",
    "shipping_options[#][shipping_rate_data][type]",
    "submit_type",
    "success_url",
    "ui_mode",
];

/// For calls that only name an object.
pub(super) const NONE: &[&str] = &[];

/// For paying in the place of a buyer, as Stripe's command line does.
pub(super) const CONFIRM: &[&str] = &["expected_amount", "payment_method"];

pub(super) const REFUND: &[&str] = &["amount", "metadata[*]", "payment_intent", "reason"];

pub(super) const PRODUCT: &[&str] = &["description", "images[#]", "metadata[*]", "name"];

pub(super) const PRICE: &[&str] =
    &["currency", "metadata[*]", "product", "product_data[name]", "tax_behavior", "unit_amount"];

pub(super) const PAYMENT_METHOD: &[&str] = &[
    "billing_details[address][*]",
    "billing_details[email]",
    "billing_details[name]",
    "billing_details[phone]",
    "card[token]",
    "metadata[*]",
    "type",
];

pub(super) const WEBHOOK_ENDPOINT: &[&str] =
    &["api_version", "connect", "description", "enabled_events[#]", "metadata[*]", "url"];

const PAGE: [&str; 6] =
    ["limit", "starting_after", "created[gt]", "created[gte]", "created[lt]", "created[lte]"];

/// Refuses the first parameter that is on neither list.
pub(super) fn check(form: &Form, known: &[&str]) -> Result<(), Refusal> {
    let is_known = |path: &[&str]| known.iter().chain(ALWAYS).any(|pattern| matches(pattern, path));
    match form.paths().into_iter().find(|path| !is_known(path)) {
        None => Ok(()),
        Some(path) => Err(Refusal::unknown_parameter(&written(&path))),
    }
}

/// The same for a list's parameters: those of every page and a few of its own.
pub(super) fn check_page(query: &Form, own: &[&str]) -> Result<(), Refusal> {
    check(query, &[&PAGE, own].concat())
}

fn matches(pattern: &str, path: &[&str]) -> bool {
    let mut parts = path.iter();
    let fits = pattern.split('[').all(|wanted| {
        let wanted = wanted.trim_end_matches(']');
        parts.next().is_some_and(|part| match wanted {
            "#" => !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()),
            "*" => !part.is_empty(),
            wanted => wanted == *part,
        })
    });
    fits && parts.next().is_none()
}

fn written(path: &[&str]) -> String {
    path.iter().enumerate().fold(String::new(), |text, (at, part)| {
        if at == 0 { (*part).to_owned() } else { format!("{text}[{part}]") }
    })
}

#[cfg(test)]
mod tests {
    use super::{CONFIRM, SESSION, check};
    use crate::payments::sandbox::form::Form;

    #[track_caller]
    fn check_session(body: &str, is_known: bool) {
        let form = Form::parse(body.as_bytes()).unwrap();
        assert_eq!(check(&form, SESSION).is_ok(), is_known, "{body}");
    }

    #[test]
    fn unknown_parameters_are_found_at_every_depth() {
        for (body, is_known) in [
            ("mode=payment&expand[]=payment_intent", true),
            ("metadata[anything]=1", true),
            ("line_items[12][price_data][product_data][images][0]=x", true),
            ("line_items[x][quantity]=1", false),
            ("line_items[0][quantities]=1", false),
            ("line_items[0]=1", false),
            ("metadata=1", false),
            ("modes=payment", false),
            ("mode[x]=payment", false),
        ] {
            check_session(body, is_known);
        }
        assert!(check(&Form::parse(b"expected_amount=1").unwrap(), CONFIRM).is_ok());
    }
}
