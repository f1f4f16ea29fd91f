//! Holds a request's form against what Stripe's own types let it contain.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// A form with its brackets resolved.
#[derive(Debug)]
enum Node {
    Text(String),
    Map(BTreeMap<String, Node>),
}

/// What is wrong with a form; empty when it is a request as Stripe's types describe it.
///
/// `name` is one of `CreateSession` and `CreateRefund`.
pub fn faults(name: &str, form: &[(String, String)]) -> Vec<String> {
    let mut schema: Value =
        serde_json::from_str(include_str!("../../stripe/requests.schema.json")).expect("the schema is JSON");
    schema["$ref"] = json!(format!("#/definitions/{name}"));
    let request = coerce(&schema, &schema, &nest(form));
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    validator.iter_errors(&request).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn nest(form: &[(String, String)]) -> Node {
    let mut root = BTreeMap::new();
    for (name, value) in form {
        let path: Vec<&str> = name.split('[').map(|part| part.trim_end_matches(']')).collect();
        insert(&mut root, &path, value);
    }
    Node::Map(root)
}

fn insert(map: &mut BTreeMap<String, Node>, path: &[&str], value: &str) {
    let key = if path[0].is_empty() { map.len().to_string() } else { path[0].to_owned() };
    if path.len() == 1 {
        map.insert(key, Node::Text(value.to_owned()));
    } else if let Node::Map(inner) = map.entry(key).or_insert_with(|| Node::Map(BTreeMap::new())) {
        insert(inner, &path[1..], value);
    }
}

/// Gives each text the type that its place asks for, because a form has texts alone.
fn coerce(root: &Value, schema: &Value, node: &Node) -> Value {
    let arms = arms(root, schema);
    match node {
        Node::Text(text) => coerce_text(&arms, text),
        Node::Map(map) => {
            let items = arms.iter().find_map(|arm| arm.get("items"));
            if let Some(items) = items.filter(|_| map.keys().all(|key| key.parse::<usize>().is_ok())) {
                let mut members: Vec<_> = map.iter().collect();
                members.sort_by_key(|(key, _)| key.parse::<usize>().unwrap_or_default());
                return members.into_iter().map(|(_, node)| coerce(root, items, node)).collect();
            }
            let member = |name: &str| {
                let named = |arm: &&Value| arm["properties"].get(name).cloned();
                let any =
                    |arm: &&Value| arm.get("additionalProperties").filter(|any| any.is_object()).cloned();
                arms.iter().find_map(named).or_else(|| arms.iter().find_map(any)).unwrap_or_default()
            };
            let members: Map<String, Value> =
                map.iter().map(|(name, node)| (name.clone(), coerce(root, &member(name), node))).collect();
            Value::Object(members)
        }
    }
}

fn coerce_text(arms: &[&Value], text: &str) -> Value {
    let may_be = |kind: &str| {
        arms.iter().any(|arm| match &arm["type"] {
            Value::Array(kinds) => kinds.iter().any(|known| known == kind),
            known => known == kind,
        })
    };
    // A constant is no free text: `true` beside the empty string is still a flag.
    let is_free = arms.iter().any(|arm| arm.get("const").is_none()) && may_be("string");
    match text.parse::<i64>() {
        Ok(number) if !is_free && may_be("number") => return number.into(),
        _ => {}
    }
    match text.parse::<bool>() {
        Ok(flag) if !is_free && may_be("boolean") => flag.into(),
        _ => text.into(),
    }
}

/// The schemas that a place may follow, references and choices resolved.
fn arms<'a>(root: &'a Value, schema: &'a Value) -> Vec<&'a Value> {
    if let Some(name) = schema["$ref"].as_str().and_then(|name| name.strip_prefix("#/definitions/")) {
        let name = percent_decoded(name);
        return arms(root, &root["definitions"][name.as_str()]);
    }
    match schema["anyOf"].as_array() {
        Some(choices) => choices.iter().flat_map(|choice| arms(root, choice)).collect(),
        None => vec![schema],
    }
}

fn percent_decoded(text: &str) -> String {
    let pair = format!("x={}", text.replace('+', "%2B"));
    url::form_urlencoded::parse(pair.as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}
