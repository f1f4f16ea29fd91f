//! Every route of the API against every role: a route without a decision fails here.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Map, Value, json};
use vetrina::domain::member::{Permission, Role};

use crate::support::http::{Answer, Client};
use crate::support::seed::Seed;
use crate::support::server::TestServer;

/// Who a route is for.
#[derive(Clone, Copy, Debug)]
enum For {
    /// Members and keys that may do one of these.
    May(&'static [Permission]),
    /// Members who may do this; no key, whatever its scopes.
    InPerson(Permission),
    /// Every signed-in member, whatever the role; no key.
    Members,
    /// Holders of a viewer's token or of an overlay's key; being a member does not help.
    Watchers,
    /// Everybody; what the body holds decides.
    Everybody,
}

use For::{Everybody, InPerson, May, Members, Watchers};

const CATALOGUE: For = May(&[Permission::Catalogue]);
const SHOWS: For = May(&[Permission::Shows]);
const MODERATE: For = May(&[Permission::Moderate]);
const ORDERS: For = May(&[Permission::Orders]);
const REFUNDS: For = May(&[Permission::Refunds]);
const SETTINGS: For = May(&[Permission::Settings]);
const OWNERS_IN_PERSON: For = InPerson(Permission::Settings);

/// One line for each route: method, path below `/api/v1`, who may.
const DECISIONS: &[(&str, &str, For)] = &[
    ("get", "/buyer-orders/{token}", Everybody),
    ("get", "/buyer-orders/{token}/data", Everybody),
    ("get", "/buyer-orders/{token}/erasure", Everybody),
    ("put", "/buyer-orders/{token}/erasure", Everybody),
    ("get", "/checkouts/{checkout}", Watchers),
    ("delete", "/checkouts/{checkout}", Watchers),
    // The order's secret address is what lets buyers in.
    ("post", "/buyer-orders/{token}/withdrawals", Everybody),
    ("delete", "/images/{image}", CATALOGUE),
    ("post", "/imports", CATALOGUE),
    ("get", "/invitations", OWNERS_IN_PERSON),
    ("post", "/invitations", OWNERS_IN_PERSON),
    ("post", "/invitations/acceptance", Everybody),
    ("post", "/invitations/preview", Everybody),
    ("delete", "/invitations/{invitation}", OWNERS_IN_PERSON),
    ("get", "/links", SHOWS),
    ("post", "/links", SHOWS),
    ("get", "/links/{link}", SHOWS),
    ("delete", "/links/{link}", SHOWS),
    ("get", "/me", Members),
    ("put", "/me/name", Members),
    ("put", "/me/password", Members),
    ("get", "/members", OWNERS_IN_PERSON),
    ("delete", "/members/{member}", OWNERS_IN_PERSON),
    ("put", "/members/{member}/role", OWNERS_IN_PERSON),
    ("get", "/orders", ORDERS),
    ("get", "/orders.csv", ORDERS),
    ("get", "/orders/{order}", ORDERS),
    ("get", "/orders/{order}/data", SETTINGS),
    ("get", "/orders/{order}/erasure", SETTINGS),
    ("put", "/orders/{order}/erasure", SETTINGS),
    ("post", "/orders/{order}/refunds", REFUNDS),
    ("delete", "/orders/{order}/reservation", REFUNDS),
    ("put", "/orders/{order}/delivery-day", ORDERS),
    ("put", "/orders/{order}/shipment", ORDERS),
    ("get", "/overlay-keys", SHOWS),
    ("post", "/overlay-keys", SHOWS),
    ("delete", "/overlay-keys/{key}", SHOWS),
    ("get", "/overlay/shows/{show}", Watchers),
    ("put", "/overlay/shows/{show}/links/{product}", Watchers),
    // Moderators see whether money is test money.
    ("get", "/payment-account", May(&[Permission::Moderate, Permission::Settings])),
    ("post", "/payment-account/checks", SETTINGS),
    ("post", "/payment-account/going-live", OWNERS_IN_PERSON),
    ("put", "/payment-account/keys", SETTINGS),
    ("delete", "/payment-account/keys/{mode}", SETTINGS),
    ("put", "/payment-account/keys/{mode}/publishable-key", SETTINGS),
    ("put", "/payment-account/keys/{mode}/webhook-secret", SETTINGS),
    ("post", "/payment-account/webhook-endpoint", SETTINGS),
    ("get", "/products", CATALOGUE),
    ("post", "/products", CATALOGUE),
    ("get", "/products/{product}", CATALOGUE),
    ("delete", "/products/{product}", CATALOGUE),
    ("patch", "/products/{product}", CATALOGUE),
    ("post", "/products/{product}/images", CATALOGUE),
    ("put", "/products/{product}/images/order", CATALOGUE),
    ("get", "/products/{product}/lowest-prices", SHOWS),
    ("post", "/products/{product}/variants", CATALOGUE),
    ("post", "/sessions", Everybody),
    ("delete", "/sessions", Members),
    ("get", "/sessions/current", Everybody),
    ("delete", "/sessions/current", Everybody),
    ("post", "/sessions/one-time", Everybody),
    ("post", "/setup", Everybody),
    ("get", "/shop/checkout", SETTINGS),
    ("put", "/shop/checkout", SETTINGS),
    ("get", "/shop/contact", SETTINGS),
    ("put", "/shop/contact", SETTINGS),
    ("get", "/shop/embed", SETTINGS),
    ("put", "/shop/embed", SETTINGS),
    ("get", "/shop/legal", SETTINGS),
    ("put", "/shop/legal", SETTINGS),
    ("get", "/shop/moderation", SETTINGS),
    ("put", "/shop/moderation", SETTINGS),
    ("get", "/shop/retention", SETTINGS),
    ("put", "/shop/retention", SETTINGS),
    ("get", "/shows", MODERATE),
    ("post", "/shows", SHOWS),
    ("get", "/shows/{show}", Everybody),
    ("delete", "/shows/{show}", SHOWS),
    ("patch", "/shows/{show}", SHOWS),
    ("put", "/shows/{show}/chat-lock", MODERATE),
    ("post", "/shows/{show}/checkouts", Watchers),
    ("put", "/shows/{show}/featured-products/{product}", SHOWS),
    ("delete", "/shows/{show}/featured-products/{product}", SHOWS),
    ("get", "/shows/{show}/figures", May(&[Permission::Moderate, Permission::Orders])),
    ("put", "/shows/{show}/held-messages/{message}/approval", MODERATE),
    ("put", "/shows/{show}/held-messages/{message}/refusal", MODERATE),
    ("delete", "/shows/{show}/held-messages/{message}/refusal", MODERATE),
    ("put", "/shows/{show}/lineup", SHOWS),
    ("put", "/shows/{show}/messages/{message}/removal", MODERATE),
    ("delete", "/shows/{show}/messages/{message}/removal", MODERATE),
    ("get", "/shows/{show}/offers", MODERATE),
    ("post", "/shows/{show}/offers", SHOWS),
    ("put", "/shows/{show}/offers/{offer}/status", SHOWS),
    ("put", "/shows/{show}/pinned-messages/{message}", MODERATE),
    ("delete", "/shows/{show}/pinned-messages/{message}", MODERATE),
    ("put", "/shows/{show}/question-intake", MODERATE),
    ("put", "/shows/{show}/questions/{question}/answer", MODERATE),
    ("put", "/shows/{show}/questions/{question}/claim", MODERATE),
    ("delete", "/shows/{show}/questions/{question}/claim", MODERATE),
    ("put", "/shows/{show}/questions/{question}/dismissal", MODERATE),
    ("delete", "/shows/{show}/questions/{question}/dismissal", MODERATE),
    ("get", "/shows/{show}/replay", Everybody),
    ("put", "/shows/{show}/replay", SHOWS),
    ("delete", "/shows/{show}/replay", SHOWS),
    ("get", "/shows/{show}/replay/events", Everybody),
    ("get", "/shows/{show}/sales", ORDERS),
    ("put", "/shows/{show}/slow-mode", MODERATE),
    ("post", "/shows/{show}/socket-tickets", InPerson(Permission::Moderate)),
    ("put", "/shows/{show}/status", SHOWS),
    ("post", "/shows/{show}/viewers", Everybody),
    ("put", "/shows/{show}/viewers/{viewer}/ban", MODERATE),
    ("delete", "/shows/{show}/viewers/{viewer}/ban", MODERATE),
    ("put", "/shows/{show}/viewers/{viewer}/mute", MODERATE),
    ("delete", "/shows/{show}/viewers/{viewer}/mute", MODERATE),
    ("get", "/storefront", Everybody),
    ("delete", "/variants/{variant}", CATALOGUE),
    ("patch", "/variants/{variant}", CATALOGUE),
    ("get", "/variants/{variant}/price-history", CATALOGUE),
    ("put", "/variants/{variant}/stock", CATALOGUE),
    ("get", "/withdrawals", ORDERS),
    ("get", "/viewers/me/data", Watchers),
    ("get", "/viewers/me/erasure", Watchers),
    ("put", "/viewers/me/erasure", Watchers),
    ("get", "/viewers/{viewer}/data", SETTINGS),
    ("get", "/viewers/{viewer}/erasure", SETTINGS),
    ("put", "/viewers/{viewer}/erasure", SETTINGS),
    ("post", "/webhooks/stripe", Everybody),
    ("post", "/webhooks/stripe/{shop}", Everybody),
];

/// The least that fits a schema of the document: refusals by role come before any other look at it.
fn sample(document: &Value, schema: &Value) -> Value {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().expect("a reference has parts");
        return sample(document, &document["components"]["schemas"][name]);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let parts = parts.iter().map(|part| sample(document, part));
        return parts.filter_map(|part| part.as_object().cloned()).flatten().collect::<Map<_, _>>().into();
    }
    if let Some(choices) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
        let choice = choices.iter().find(|choice| choice["type"] != "null").expect("a choice");
        return sample(document, choice);
    }
    if let Some(values) = schema["enum"].as_array() {
        return values[0].clone();
    }
    let kind = schema["type"].as_array().map_or(&schema["type"], |kinds| &kinds[0]);
    match (kind.as_str(), schema["format"].as_str()) {
        (Some("object"), _) => {
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let field = |name: &str| (name.to_owned(), sample(document, &schema["properties"][name]));
            required.map(field).collect::<Map<_, _>>().into()
        }
        (Some("array"), _) => json!([]),
        (Some("boolean"), _) => json!(true),
        (Some("integer" | "number"), _) => json!(1),
        (Some("string"), Some("uuid")) => json!("0193508e-7c2b-7e6a-9f51-3f5a3a2c9d11"),
        (Some("string"), Some("date-time")) => json!("2030-01-01T00:00:00.000Z"),
        (Some("string"), _) => match schema["example"].as_str() {
            Some(example) => json!(example),
            None => json!("text"),
        },
        _ => json!(null),
    }
}

/// A body that is no JSON, by its type.
fn file(kind: &str) -> Vec<u8> {
    if kind == "text/csv" { b"Title,Price\n".to_vec() } else { b"no picture".to_vec() }
}

struct World {
    server: TestServer,
    seed: Seed,
    document: Value,
    show: String,
    product: String,
    variant: String,
    nobody: String,
}

impl World {
    async fn begin() -> Self {
        let server = TestServer::start().await;
        let seed = server.seed_shop().await;
        let product = server.seed_product(&seed, "Vaso", 1).await;
        let show = server.seed_live_show(&seed).await.to_string();
        let nobody = server.clock.uuid().to_string();
        let document = serde_json::from_str(&vetrina::cli::openapi_text()).expect("the document is JSON");
        let (variant, product) = (product.variants[0].id.to_string(), product.id.to_string());
        Self { server, seed, document, show, product, variant, nobody }
    }

    /// The path with things in it that are there, as far as the route's permission may depend on them.
    fn path(&self, template: &str) -> String {
        let part = |part: &str| match part {
            "{show}" => self.show.clone(),
            "{product}" => self.product.clone(),
            "{variant}" => self.variant.clone(),
            "{mode}" => "live".to_owned(),
            part if part.starts_with('{') => self.nobody.clone(),
            part => part.to_owned(),
        };
        format!("/api/v1{}", template.split('/').map(part).collect::<Vec<_>>().join("/"))
    }

    /// What the query must have.
    fn query(&self, operation: &Value) -> String {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let needed = parameters.filter(|one| one["in"] == "query" && one["required"] == true);
        let pair = |one: &Value| {
            let value = sample(&self.document, &one["schema"]);
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            (one["name"].as_str().expect("a parameter has a name").to_owned(), value)
        };
        let pairs: Vec<_> = needed.map(pair).collect();
        if pairs.is_empty() {
            return String::new();
        }
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        format!("?{query}")
    }

    async fn ask(&self, client: &Client, method: &str, template: &str) -> Answer {
        let operation = &self.document["paths"][format!("/api/v1{template}")][method];
        let path = self.path(template) + &self.query(operation);
        let method: Method = method.to_uppercase().parse().expect("a method");
        let content = operation["requestBody"]["content"].as_object();
        match content.and_then(|content| content.iter().next()) {
            Some((kind, body)) if kind == "application/json" => {
                let body = sample(&self.document, &body["schema"]);
                client.request(method, &path, Some(body)).await
            }
            Some((kind, _)) => client.send_bytes(method, &path, kind, file(kind)).await,
            None => client.request(method, &path, None).await,
        }
    }

    /// Somebody new in this role, since some routes end what lets the caller in.
    async fn member(&self, role: Role) -> Client {
        self.server.member_client(&self.server.seed_member(self.seed.shop, role).await)
    }
}

/// What an answer says that it should not: another refusal of the caller than expected, or none.
fn fault(answer: &Answer, expected: Option<&str>, what: &str) -> Option<String> {
    let refusal = answer.body["code"].as_str().filter(|code| ["unauthenticated", "forbidden"].contains(code));
    (refusal != expected).then(|| format!("{what}: {} {}, expected {expected:?}", answer.status, answer.body))
}

#[test]
fn every_route_of_the_document_has_a_decision() {
    let document: Value = serde_json::from_str(&vetrina::cli::openapi_text()).unwrap();
    let mut routes = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            routes.insert(format!("{method} {}", path.strip_prefix("/api/v1").unwrap()));
        }
    }
    let decided: BTreeSet<String> =
        DECISIONS.iter().map(|(method, path, _)| format!("{method} {path}")).collect();
    assert_eq!(decided.len(), DECISIONS.len(), "a route is decided twice");
    assert_eq!(routes, decided, "decide in DECISIONS who may use the route");
}

#[tokio::test]
async fn each_role_may_do_what_is_decided() {
    let world = World::begin().await;
    let mut faults = Vec::new();
    for role in [Role::Moderator, Role::Host, Role::Owner] {
        for (method, path, needs) in DECISIONS {
            let expected = match needs {
                May(one_of) if !one_of.iter().any(|one| role.may(*one)) => Some("forbidden"),
                InPerson(one) if !role.may(*one) => Some("forbidden"),
                Watchers => Some("unauthenticated"),
                _ => None,
            };
            let answer = world.ask(&world.member(role).await, method, path).await;
            faults.extend(fault(&answer, expected, &format!("{role} {method} {path}")));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[tokio::test]
async fn a_key_may_do_what_its_scopes_say_and_never_make_members() {
    let world = World::begin().await;
    let mut faults = Vec::new();
    for scope in Permission::ALL {
        let key = world.server.key_client(&world.seed, &[*scope]).await;
        // A page of ours that sends a key in place of its member.
        let key = key.with_header("sec-fetch-site", "same-origin");
        for (method, path, needs) in DECISIONS {
            let expected = match needs {
                May(one_of) if one_of.contains(scope) => None,
                May(_) | InPerson(_) => Some("forbidden"),
                Watchers | Members => Some("unauthenticated"),
                Everybody => None,
            };
            let answer = world.ask(&key, method, path).await;
            faults.extend(fault(&answer, expected, &format!("key for {scope}: {method} {path}")));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[tokio::test]
async fn without_credentials_only_what_is_for_everybody_is_open() {
    let world = World::begin().await;
    let nobody = world.server.client().with_header("sec-fetch-site", "same-origin");
    let mut faults = Vec::new();
    for (method, path, needs) in DECISIONS {
        let expected = if matches!(needs, Everybody) { None } else { Some("unauthenticated") };
        let answer = world.ask(&nobody, method, path).await;
        faults.extend(fault(&answer, expected, &format!("{method} {path}")));
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
