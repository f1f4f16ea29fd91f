//! What a Stripe account holds beside payments: products, prices, payment methods, webhook endpoints.
//!
//! Stripe's command line makes products and prices of its own before it makes a session, and a
//! set-up wizard asks for account, balance and webhook endpoints.
//! Invariant: webhooks go to this server's own endpoint alone, whatever endpoints are kept here.

use serde_json::{Value, json};

use super::Sandbox;
use super::amounts::Unit;
use super::answer::Refusal;
use super::buyer::Buyer;
use super::create::{Price, read_metadata};
use super::desk::Stop;
use super::form::Form;
use crate::domain::money::Currency;
use crate::storage::{self, SandboxObject, SandboxPage, Tx};

const PRODUCT: &str = "product";
const PRICE: &str = "price";
const PAYMENT_METHOD: &str = "payment_method";
const WEBHOOK_ENDPOINT: &str = "webhook_endpoint";
/// Webhook endpoints of one account, as Stripe's.
const WEBHOOK_ENDPOINTS_MAX: i64 = 16;
/// Where the account is at home.
const COUNTRY: &str = "IT";
/// Characters of a product's name, as Stripe's.
const NAME_CHARS_MAX: usize = 250;

impl Sandbox {
    pub(super) async fn create_product(&self, tx: &mut Tx, form: &Form) -> Result<Value, Stop> {
        let name = form.text(&["name"]).unwrap_or_default();
        self.insert_product(tx, name, form.text(&["description"]), read_metadata(form)?).await
    }

    async fn insert_product(
        &self,
        tx: &mut Tx,
        name: &str,
        description: Option<&str>,
        metadata: impl serde::Serialize,
    ) -> Result<Value, Stop> {
        if name.trim().is_empty() || name.chars().count() > NAME_CHARS_MAX {
            return Err(Refusal::invalid("name", "A product needs a name of 1 to 250 characters.").into());
        }
        let now = self.0.clock.now().timestamp();
        let data = json!({
            "id": self.id("prod_local"), "object": "product", "active": true, "attributes": [],
            "created": now, "description": description, "images": [], "livemode": false,
            "metadata": metadata, "name": name, "type": "service", "updated": now,
        });
        Ok(self.insert(tx, PRODUCT, data).await?)
    }

    pub(super) async fn create_price(&self, tx: &mut Tx, form: &Form) -> Result<Value, Stop> {
        let currency = form.text(&["currency"]).unwrap_or_default();
        let unit = Unit::find(currency);
        let unit =
            unit.ok_or_else(|| Refusal::invalid("currency", format!("Invalid currency: {currency}.")))?;
        let amount = form.number(&["unit_amount"]).filter(|amount| *amount >= 0);
        let amount = amount.ok_or_else(|| Refusal::invalid("unit_amount", "Invalid integer."))?;
        unit.check_step("unit_amount", amount)?;
        let product = match (form.text(&["product"]), form.text(&["product_data", "name"])) {
            (Some(id), _) => {
                let found = tx.find_sandbox_object(PRODUCT, id).await?;
                found.ok_or_else(|| Refusal::missing("product", id))?.id
            }
            (None, name) => {
                let name = name.unwrap_or_default();
                let product = self.insert_product(tx, name, None, json!({})).await?;
                product["id"].as_str().unwrap_or_default().to_owned()
            }
        };
        let data = json!({
            "id": self.id("price_local"), "object": "price", "active": true, "billing_scheme": "per_unit",
            "created": self.0.clock.now().timestamp(), "currency": currency, "livemode": false,
            "metadata": read_metadata(form)?, "product": product,
            "tax_behavior": form.text(&["tax_behavior"]).unwrap_or("unspecified"), "type": "one_time",
            "unit_amount": amount, "unit_amount_decimal": amount.to_string(),
        });
        Ok(self.insert(tx, PRICE, data).await?)
    }

    /// A price as a session's line needs it.
    pub(super) async fn find_price(&self, tx: &mut Tx, id: &str) -> storage::Result<Option<Price>> {
        let Some(price) = tx.find_sandbox_object(PRICE, id).await? else { return Ok(None) };
        let text = |name: &str| price.data[name].as_str().unwrap_or_default().to_owned();
        let product = tx.find_sandbox_object(PRODUCT, &text("product")).await?;
        let name = product.and_then(|product| product.data["name"].as_str().map(str::to_owned));
        Ok(Some(Price {
            currency: text("currency"),
            unit_amount: price.data["unit_amount"].as_i64().unwrap_or_default(),
            product_name: name.unwrap_or_default(),
            is_tax_extra: text("tax_behavior") == "exclusive",
        }))
    }

    /// Keeps a payment method made of one of Stripe's test tokens; a card's number is never taken.
    pub(super) async fn create_payment_method(&self, tx: &mut Tx, form: &Form) -> Result<Value, Stop> {
        if form.text(&["type"]) != Some("card") {
            return Err(Refusal::invalid("type", "This sandbox takes type=card only.").into());
        }
        let token = form.text(&["card", "token"]).filter(|token| token.starts_with("tok_"));
        if token.is_none() {
            return Err(Refusal::invalid("card[token]", "Send a test token such as tok_visa.").into());
        }
        let text = |path: &[&str]| form.text(&[&["billing_details"], path].concat());
        let part = |name: &str| text(&["address", name]);
        let data = json!({
            "id": self.id("pm_local"), "object": "payment_method", "type": "card",
            "created": self.0.clock.now().timestamp(), "customer": null, "livemode": false,
            "metadata": read_metadata(form)?,
            "billing_details": {
                "address": {
                    "city": part("city"), "country": part("country"), "line1": part("line1"),
                    "line2": part("line2"), "postal_code": part("postal_code"), "state": part("state"),
                },
                "email": text(&["email"]), "name": text(&["name"]), "phone": text(&["phone"]),
            },
        });
        Ok(self.insert(tx, PAYMENT_METHOD, data).await?)
    }

    /// Who a payment method belongs to; `None` for one that was not made here, such as `pm_card_visa`.
    pub(super) async fn find_payer(&self, tx: &mut Tx, id: &str) -> storage::Result<Option<Buyer>> {
        let method = tx.find_sandbox_object(PAYMENT_METHOD, id).await?;
        Ok(method.map(|method| Buyer::from_billing_details(&method.data["billing_details"])))
    }

    pub(super) async fn create_webhook_endpoint(&self, tx: &mut Tx, form: &Form) -> Result<Value, Stop> {
        let url = form.text(&["url"]).unwrap_or_default();
        if !url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host()) {
            return Err(Refusal::invalid("url", "Not a valid URL.").code("url_invalid").into());
        }
        let events = form.list_texts(&["enabled_events"]);
        if events.is_empty() {
            return Err(Refusal::invalid("enabled_events", "Name at least one event.").into());
        }
        let everything = SandboxPage { limit: WEBHOOK_ENDPOINTS_MAX, ..super::listing::everything(1) };
        let there = tx.list_sandbox_objects(WEBHOOK_ENDPOINT, None, everything).await?;
        if i64::try_from(there.len()).is_ok_and(|there| there >= WEBHOOK_ENDPOINTS_MAX) {
            return Err(Refusal::invalid("url", "An account has at most 16 webhook endpoints.").into());
        }
        let data = json!({
            "id": self.id("we_local"), "object": "webhook_endpoint",
            "api_version": form.text(&["api_version"]), "application": null,
            "created": self.0.clock.now().timestamp(), "description": form.text(&["description"]),
            "enabled_events": events, "livemode": false, "metadata": read_metadata(form)?,
            "status": "enabled", "url": url,
        });
        let mut shown = self.insert(tx, WEBHOOK_ENDPOINT, data).await?;
        // Stripe tells the secret once; here it is the one that signs what is sent to this server.
        shown["secret"] = self.0.webhook_secrets[0].reveal().into();
        Ok(shown)
    }

    pub(super) async fn read_webhook_endpoint(&self, id: &str) -> Result<Value, Stop> {
        let mut tx = self.0.db.read().await?;
        let object = tx.find_sandbox_object(WEBHOOK_ENDPOINT, id).await?;
        Ok(object.ok_or_else(|| Refusal::missing("webhook endpoint", id))?.data)
    }

    pub(super) async fn delete_webhook_endpoint(&self, tx: &mut Tx, id: &str) -> Result<Value, Stop> {
        if !tx.delete_sandbox_object(WEBHOOK_ENDPOINT, id).await? {
            return Err(Refusal::missing("webhook endpoint", id).into());
        }
        Ok(json!({ "id": id, "object": "webhook_endpoint", "deleted": true }))
    }

    /// The account behind the key.
    pub(super) fn account(&self) -> Value {
        json!({
            "id": "acct_local_sandbox", "object": "account", "business_type": "individual",
            "business_profile": { "name": "Vetrina sandbox", "url": self.addresses().public },
            "capabilities": { "card_payments": "active", "transfers": "active" },
            "charges_enabled": true, "country": COUNTRY, "created": 0, "default_currency": "eur",
            "details_submitted": true, "email": null, "metadata": {}, "payouts_enabled": true,
            "settings": { "dashboard": { "display_name": "Vetrina sandbox", "timezone": "Etc/UTC" } },
            "type": "standard",
        })
    }

    /// What accounts of the sandbox's country may do; it knows no other.
    #[expect(clippy::unused_self, reason = "it is answered like the account beside it")]
    pub(super) fn country(&self, code: &str) -> Result<Value, Refusal> {
        if code != COUNTRY {
            return Err(Refusal::missing("country_spec", code));
        }
        let taken: Vec<_> = Currency::all().map(|currency| currency.as_str().to_ascii_lowercase()).collect();
        Ok(json!({
            "id": COUNTRY, "object": "country_spec", "default_currency": "eur",
            "supported_payment_currencies": taken, "supported_payment_methods": ["card"],
        }))
    }

    /// The account's money: none, because test money is paid out the moment it comes.
    #[expect(clippy::unused_self, reason = "it is answered like the account beside it")]
    pub(super) fn balance(&self) -> Value {
        let nothing = json!([{ "amount": 0, "currency": "eur", "source_types": { "card": 0 } }]);
        json!({ "object": "balance", "available": nothing, "livemode": false, "pending": nothing })
    }

    async fn insert(&self, tx: &mut Tx, kind: &str, data: Value) -> storage::Result<Value> {
        let object = SandboxObject {
            id: data["id"].as_str().unwrap_or_default().to_owned(),
            kind: kind.to_owned(),
            session_id: None,
            data,
            created_at: self.0.clock.now(),
        };
        tx.insert_sandbox_object(&object).await?;
        Ok(object.data)
    }
}
