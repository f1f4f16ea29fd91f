//! Shows on other sites: who may frame them, the script that other sites load, where buyers come back.

use serde_json::{Value, json};
use vetrina::domain::member::Role;

use crate::support::http::Client;
use crate::support::server::TestServer;
use crate::support::stall::Stall;

const PATH: &str = "/api/v1/shop/embed";
/// What the script may weigh, unpacked.
const SCRIPT_BYTES_MAX: usize = 3 * 1024;

/// Who may frame a page, as its policy says.
async fn frame_ancestors(client: &Client, path: &str) -> String {
    let page = client.get(path).await;
    assert!(!page.headers.contains_key("x-frame-options"), "it would overrule the list");
    let policy = page.headers["content-security-policy"].to_str().expect("ASCII").to_owned();
    let (_, ancestors) = policy.split_once("frame-ancestors ").expect("the policy says who");
    assert!(!ancestors.contains(';'), "{policy}");
    ancestors.to_owned()
}

#[tokio::test]
async fn only_the_sites_of_the_shop_may_frame_its_shows() {
    let stall = Stall::open(1).await;
    let show = stall.server.client().get(&format!("/api/v1/shows/{}", stall.show)).await.expect(200);
    let slug = show["show"]["slug"].as_str().unwrap().to_owned();
    let (owner, nobody) = (stall.server.member_client(&stall.seed), stall.server.client());
    let embed = format!("/embed/show/{slug}");
    assert_eq!(owner.get(PATH).await.expect(200), json!({ "sites": [] }));
    assert_eq!(frame_ancestors(&nobody, &embed).await, "'none'");

    let entered = json!({ "sites": ["https://WWW.Example.com/", " http://localhost:5173"] });
    let kept = json!({ "sites": ["https://www.example.com", "http://localhost:5173"] });
    assert_eq!(owner.put(PATH, entered).await.expect(200), kept);
    assert_eq!(owner.get(PATH).await.expect(200), kept);
    let sites = "https://www.example.com http://localhost:5173";
    assert_eq!(frame_ancestors(&nobody, &embed).await, sites);
    // A show that is not there says so where it was to be.
    assert_eq!(frame_ancestors(&nobody, "/embed/show/nowhere").await, sites);
    let page = nobody.get(&embed).await;
    assert_eq!(page.headers["cache-control"], "no-store");
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("script-src 'self';") && policy.contains("object-src 'none'"), "{policy}");

    for other in
        ["/", &format!("/show/{slug}"), &format!("/show/{slug}?plain"), "/order/none", "/studio", "/sign-in"]
    {
        assert_eq!(frame_ancestors(&nobody, other).await, "'none'", "{other}");
    }
    owner.put(PATH, json!({ "sites": [] })).await.expect(200);
    assert_eq!(frame_ancestors(&nobody, &embed).await, "'none'");
}

#[tokio::test]
async fn only_the_sites_of_the_own_shop_are_changed() {
    let server = TestServer::start().await;
    let (seed, other) = (server.seed_shop().await, server.seed_shop().await);
    let sites = |site: &str| json!({ "sites": [site] });
    server.client().put(PATH, sites("https://a.example")).await.expect_problem(401, "unauthenticated");
    for role in [Role::Host, Role::Moderator] {
        let member = server.member_client(&server.seed_member(seed.shop, role).await);
        member.put(PATH, sites("https://a.example")).await.expect_problem(403, "forbidden");
        member.get(PATH).await.expect_problem(403, "forbidden");
    }
    server.member_client(&seed).put(PATH, sites("https://a.example")).await.expect(200);
    assert_eq!(server.member_client(&other).get(PATH).await.expect(200), json!({ "sites": [] }));
}

#[tokio::test]
async fn what_is_no_exact_origin_is_refused_by_name() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let owner = server.member_client(&seed);
    let refused = async |sites: Value| {
        let problem = owner.put(PATH, json!({ "sites": sites })).await.expect_problem(422, "invalid");
        problem["errors"].clone()
    };
    let wrong = json!(["https://a.example", "http://a.example", "https://*.a.example", "https://a.example"]);
    let errors = json!([
        { "pointer": "/sites/1", "code": "not_an_origin" },
        { "pointer": "/sites/2", "code": "not_an_origin" },
        { "pointer": "/sites/3", "code": "duplicate" },
    ]);
    assert_eq!(refused(wrong).await, errors);
    let injected = refused(json!(["https://a.example;script-src"])).await;
    assert_eq!(injected[0]["code"], "not_an_origin");
    let many: Vec<_> = (0..21).map(|at| format!("https://s{at}.example")).collect();
    assert_eq!(refused(json!(many)).await, json!([{ "pointer": "/sites", "code": "too_many" }]));
    assert_eq!(owner.get(PATH).await.expect(200), json!({ "sites": [] }), "nothing was kept");
    owner.put(PATH, json!({ "sites": &many[..20] })).await.expect(200);
}

#[tokio::test]
async fn the_script_is_small_and_kept_for_five_minutes() {
    let server = TestServer::start().await;
    let client = server.client();
    let script = client.get("/embed.js").await;
    assert_eq!(script.status, 200);
    assert_eq!(script.headers["content-type"], "text/javascript; charset=utf-8");
    assert_eq!(script.headers["cache-control"], "public, max-age=300");
    assert!(script.bytes.len() < SCRIPT_BYTES_MAX, "{} bytes", script.bytes.len());
    let text = String::from_utf8(script.bytes).unwrap();
    assert!(text.contains("vetrina-show") && text.contains("currentScript"), "{text}");
    assert!(!text.contains("import(") && !text.contains("export "), "it is no module: {text}");
    let tag = script.headers["etag"].to_str().unwrap();
    assert_eq!(client.with_header("if-none-match", tag).get("/embed.js").await.status, 304);
    // Nothing of the server is opened to other origins for it.
    assert!(!script.headers.contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn a_browser_without_scripts_is_led_to_the_plain_page() {
    let stall = Stall::open(1).await;
    let answer = stall.server.client().get("/embed/show/autunno%20in%2Fdiretta?plain").await;
    assert_eq!(answer.status, 303);
    assert_eq!(answer.headers["location"], "/show/autunno%20in%2Fdiretta?plain");
}

#[tokio::test]
async fn a_buyer_of_another_site_comes_back_to_the_order() {
    let stall = Stall::open(3).await;
    let click = async |key: &str, more: Value| {
        let buyer = stall.buyer();
        let mut body = json!({ "lines": [{ "variant_id": stall.variant(), "units": 1 }] });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        let path = format!("/api/v1/shows/{}/checkouts", stall.show);
        buyer.client.with_header("idempotency-key", key).post(&path, body).await
    };
    let checkout = click("framed", json!({ "returns_to": "order" })).await.expect(201);
    let paid = stall.pay_page(&checkout).await.submit("pay", "&name=Anna").await;
    let back = paid.headers["location"].to_str().unwrap();
    assert_eq!(back, checkout["order_url"], "no tab reads the viewer that another site's frame keeps");
    let page = stall.server.client().get(back.strip_prefix(&stall.server.url("")).unwrap()).await;
    assert_eq!(page.status, 200);

    let checkout = click("own", json!({})).await.expect(201);
    let paid = stall.pay_page(&checkout).await.submit("pay", "&name=Anna").await;
    assert!(paid.headers["location"].to_str().unwrap().contains("/show/"), "{:?}", paid.headers);
    click("odd", json!({ "returns_to": "elsewhere" })).await.expect_problem(422, "invalid");
}
