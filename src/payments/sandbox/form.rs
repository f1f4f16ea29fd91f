//! Form bodies with brackets, `line_items[0][price_data][currency]=eur`, as Stripe takes them.

use std::collections::BTreeMap;

/// Pairs in one body; a session of 100 lines with everything set stays below.
const PAIRS_MAX: usize = 2_000;
/// Names inside names; Stripe's deepest parameter has six.
const DEPTH_MAX: usize = 8;

/// A parsed body; keys are sorted, so equal parameters are equal texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(transparent)]
pub(super) struct Form(BTreeMap<String, Node>);

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(untagged)]
enum Node {
    Text(String),
    Map(Form),
}

impl Form {
    /// Parses a body; `None` for one that contradicts itself or is too large.
    pub fn parse(body: &[u8]) -> Option<Self> {
        let mut form = Self::default();
        for (count, (name, value)) in url::form_urlencoded::parse(body).enumerate() {
            let path = split(&name)?;
            if count >= PAIRS_MAX || path.len() > DEPTH_MAX {
                return None;
            }
            form.insert(&path, value.into_owned())?;
        }
        Some(form)
    }

    /// The text at a path such as `["price_data", "currency"]`.
    pub fn text(&self, path: &[&str]) -> Option<&str> {
        match self.node(path)? {
            Node::Text(text) => Some(text),
            Node::Map(_) => None,
        }
    }

    /// Whether anything stands at a path.
    pub fn has(&self, path: &[&str]) -> bool {
        self.node(path).is_some()
    }

    /// The number at a path; `None` for something else than a number too.
    pub fn number(&self, path: &[&str]) -> Option<i64> {
        self.text(path)?.parse().ok()
    }

    /// The members of a list, in the order of their numbers.
    pub fn list(&self, path: &[&str]) -> Vec<&Self> {
        let Some(Node::Map(map)) = self.node(path) else { return Vec::new() };
        let mut members: Vec<(usize, &Self)> = map
            .0
            .iter()
            .filter_map(|(key, node)| match node {
                Node::Map(form) => Some((key.parse().ok()?, form)),
                Node::Text(_) => None,
            })
            .collect();
        members.sort_by_key(|(index, _)| *index);
        members.into_iter().map(|(_, form)| form).collect()
    }

    /// The texts under a path, such as metadata.
    pub fn texts(&self, path: &[&str]) -> BTreeMap<String, String> {
        let Some(Node::Map(map)) = self.node(path) else { return BTreeMap::new() };
        map.0
            .iter()
            .filter_map(|(key, node)| match node {
                Node::Text(text) => Some((key.clone(), text.clone())),
                Node::Map(_) => None,
            })
            .collect()
    }

    /// The text members of a list, in the order of their numbers.
    pub fn list_texts(&self, path: &[&str]) -> Vec<String> {
        let mut members: Vec<(usize, String)> =
            self.texts(path).into_iter().filter_map(|(key, text)| Some((key.parse().ok()?, text))).collect();
        members.sort();
        members.into_iter().map(|(_, text)| text).collect()
    }

    /// The flag at a path; `None` for something else than `true` and `false` too.
    pub fn flag(&self, path: &[&str]) -> Option<bool> {
        self.text(path)?.parse().ok()
    }

    /// The paths of all texts.
    pub fn paths(&self) -> Vec<Vec<&str>> {
        let mut paths = Vec::new();
        for (key, node) in &self.0 {
            match node {
                Node::Text(_) => paths.push(vec![key.as_str()]),
                Node::Map(form) => {
                    paths.extend(form.paths().into_iter().map(|rest| [vec![key.as_str()], rest].concat()));
                }
            }
        }
        paths
    }

    fn node(&self, path: &[&str]) -> Option<&Node> {
        let (first, rest) = path.split_first()?;
        match (self.0.get(*first)?, rest) {
            (node, []) => Some(node),
            (Node::Map(form), rest) => form.node(rest),
            (Node::Text(_), _) => None,
        }
    }

    fn insert(&mut self, path: &[String], value: String) -> Option<()> {
        let (first, rest) = path.split_first()?;
        // `name[]=` appends, so the number of what is there is the next one's name.
        let key = if first.is_empty() { self.0.len().to_string() } else { first.clone() };
        if rest.is_empty() {
            return self.0.insert(key, Node::Text(value)).is_none().then_some(());
        }
        match self.0.entry(key).or_insert_with(|| Node::Map(Self::default())) {
            Node::Map(form) => form.insert(rest, value),
            Node::Text(_) => None,
        }
    }
}

/// `a[b][c]` in parts.
fn split(name: &str) -> Option<Vec<String>> {
    let Some((first, rest)) = name.split_once('[') else { return Some(vec![name.to_owned()]) };
    let rest = rest.strip_suffix(']')?;
    let mut path = vec![first.to_owned()];
    path.extend(rest.split("][").map(str::to_owned));
    path.iter().all(|part| !part.contains(['[', ']'])).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_nest() {
        let body = b"mode=payment&line_items[0][price_data][currency]=eur&line_items%5B1%5D%5Bquantity%5D=2\
                     &line_items[10][quantity]=3&metadata[order]=a%26b";
        let form = Form::parse(body).unwrap();
        assert_eq!(form.text(&["mode"]), Some("payment"));
        let lines = form.list(&["line_items"]);
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[0].text(&["price_data", "currency"]), Some("eur"));
        assert_eq!(lines[1].number(&["quantity"]), Some(2));
        assert_eq!(lines[2].number(&["quantity"]), Some(3));
        assert_eq!(form.texts(&["metadata"])["order"], "a&b");
        assert_eq!(form.text(&["metadata"]), None);
    }

    #[test]
    fn the_order_of_pairs_does_not_matter() {
        assert_eq!(Form::parse(b"a=1&b[c]=2"), Form::parse(b"b[c]=2&a=1"));
    }

    #[test]
    fn contradictions_are_refused() {
        for body in ["a=1&a=2", "a=1&a[b]=2", "a[b=1", "a]b[=1", "a[b]c=1"] {
            assert_eq!(Form::parse(body.as_bytes()), None, "{body}");
        }
        let deep = format!("a{}=1", "[b]".repeat(20));
        assert_eq!(Form::parse(deep.as_bytes()), None);
    }
}
