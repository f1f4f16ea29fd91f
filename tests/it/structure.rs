//! Holds the code against what ARCHITECTURE.md says of it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Which modules of the crate each module may use.
const LAYERS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("clock", &[]),
    ("config", &["limits"]),
    ("limits", &[]),
    ("telemetry", &["domain", "protocol"]),
    ("storage", &["domain"]),
    ("bus", &["domain", "config"]),
    ("payments", &["domain", "clock", "config", "storage"]),
    ("mail", &["clock", "config"]),
    ("app", &["domain", "clock", "config", "storage", "bus", "payments", "mail"]),
    ("protocol", &["domain"]),
    ("hub", &["domain", "protocol", "limits", "telemetry"]),
    ("assets", &["api", "domain"]),
    (
        "api",
        &["domain", "app", "bus", "hub", "protocol", "payments", "assets", "limits", "telemetry", "config"],
    ),
    (
        "server",
        &[
            "domain",
            "clock",
            "config",
            "storage",
            "bus",
            "payments",
            "app",
            "hub",
            "protocol",
            "api",
            "limits",
            "telemetry",
        ],
    ),
    ("load", &["domain", "clock", "config", "protocol"]),
    ("demo", &["domain", "app", "storage", "clock", "config", "server", "cli"]),
    (
        "cli",
        &["domain", "clock", "config", "storage", "bus", "app", "api", "server", "demo", "load", "telemetry"],
    ),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder exists") {
        let path = entry.expect("the entry can be read").path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The names that follow `crate::` in a file, nested imports included.
fn used_modules(text: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut name = String::new();
            for c in list.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => used.extend(Some(std::mem::take(&mut name))),
                    c if depth == 0 && !c.is_whitespace() => name.push(c),
                    _ => {}
                }
            }
            used.insert(name);
        } else {
            used.insert(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    used.into_iter().map(|name| name.split("::").next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn modules_use_only_what_their_layer_allows() {
    let source = root().join("src");
    let mut files = Vec::new();
    rust_files(&source, &mut files);
    let modules: BTreeSet<&str> = LAYERS.iter().map(|(module, _)| *module).collect();
    let mut faults = Vec::new();
    for file in files {
        let path = file.strip_prefix(&source).expect("it was found below").to_owned();
        let first = path.iter().next().and_then(|part| part.to_str()).unwrap_or_default();
        let module = first.trim_end_matches(".rs");
        if matches!(module, "main" | "lib") {
            continue;
        }
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == module) else {
            faults.push(format!("{} belongs to no layer", path.display()));
            continue;
        };
        let text = fs::read_to_string(&file).expect("the file is text");
        for used in used_modules(&text) {
            if modules.contains(used.as_str()) && used != module && !allowed.contains(&used.as_str()) {
                faults.push(format!("{} uses {used}", path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_layer_check_sees_nested_imports() {
    let used = used_modules("use crate::{api::problem::{A, B}, storage};\nlet x = crate::hub::Hub::new();");
    assert_eq!(used.into_iter().collect::<Vec<_>>(), ["api", "hub", "storage"]);
}

#[test]
fn both_databases_have_the_same_tables() {
    let names = |folder: &str| -> BTreeSet<String> {
        let entries = fs::read_dir(root().join("migrations").join(folder)).expect("the folder exists");
        entries
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("a plain name"))
            .collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
    for name in names("sqlite") {
        let read = |folder: &str| {
            let path = root().join("migrations").join(folder).join(&name);
            fs::read_to_string(path).expect("the file is text")
        };
        assert_eq!(plain_types(&read("sqlite")), plain_types(&read("postgres")), "{name}");
    }
}

/// The first migration that nodes of two versions may have to share.
const FIRST_SHARED: &str = "0010";

/// What takes away something that an older program may still use.
fn contracts(sql: &str) -> bool {
    let code: String = sql.lines().filter(|line| !line.trim_start().starts_with("--")).collect();
    let code = code.to_lowercase();
    let takes_away = ["drop table", "drop column", " rename ", "set not null", "drop default"];
    let adds_a_must = code.split(';').any(|statement| {
        statement.contains("add column") && statement.contains("not null") && !statement.contains("default")
    });
    adds_a_must || takes_away.iter().any(|words| code.contains(words))
}

#[test]
fn a_migration_that_contracts_says_which_programs_it_needs() {
    for folder in ["sqlite", "postgres"] {
        for entry in fs::read_dir(root().join("migrations").join(folder)).expect("the folder exists") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            let sql = fs::read_to_string(&path).expect("the file is text");
            if name.as_str() >= FIRST_SHARED && contracts(&sql) {
                assert!(sql.contains("update compatibility set program_min"), "{folder}/{name} contracts");
            }
        }
    }
    assert!(contracts("alter table shops drop column tagline;"));
    assert!(contracts("alter table shops add column logo text not null;"));
    assert!(!contracts("alter table shops add column logo text not null default '';\n-- drop table"));
}

/// Replaces each native column type by the one that SQLite stores it as.
fn plain_types(sql: &str) -> String {
    let word = |word: &str| match word {
        "uuid" | "bytea" => "blob".to_owned(),
        "timestamptz" | "jsonb" => "text".to_owned(),
        "bigint" | "boolean" => "integer".to_owned(),
        other => other.to_owned(),
    };
    let sql = sql.replace(") strict;", ");");
    let mut plain = String::new();
    let mut name = String::new();
    for c in sql.chars() {
        if c.is_alphanumeric() || c == '_' {
            name.push(c);
        } else {
            plain.push_str(&word(&std::mem::take(&mut name)));
            plain.push(c);
        }
    }
    plain
}

#[test]
fn the_committed_openapi_document_is_the_generated_one() {
    let path = root().join("docs/openapi.json");
    let generated = vetrina::cli::openapi_text() + "\n";
    if std::env::var_os("VETRINA_UPDATE").is_some() {
        fs::write(&path, &generated).expect("the document can be written");
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == generated,
        "run VETRINA_UPDATE=1 cargo test --test it openapi and commit docs/openapi.json"
    );
}
#[test]
fn every_code_has_words_in_both_languages() {
    use vetrina::domain::problem::Code;
    for language in ["en", "it"] {
        let folder = root().join("web/src/i18n");
        let words: String = fs::read_dir(&folder)
            .expect("the dictionaries exist")
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.to_string_lossy().ends_with(&format!(".{language}.ts")))
            .map(|path| fs::read_to_string(path).expect("a dictionary is text"))
            .collect();
        let missing: Vec<_> = Code::ALL
            .iter()
            .filter(|code| ![":", "\":"].iter().any(|end| words.contains(&format!("{code}{end}"))))
            .collect();
        assert!(missing.is_empty(), "{language} lacks {missing:?}");
    }
}

#[test]
fn the_tests_that_the_documents_name_exist() {
    let page = fs::read_to_string(root().join("docs/payments.md")).expect("the page is there");
    let mut named = 0;
    for name in page.split('`').filter(|name| name.contains("::")) {
        let (module, test) = name.split_once("::").expect("it holds the separator");
        let folder = root().join("tests/it");
        let source = fs::read_to_string(folder.join(format!("{module}.rs")))
            .or_else(|_| fs::read_to_string(folder.join(module).join("mod.rs")))
            .unwrap_or_default();
        assert!(source.contains(&format!("fn {test}(")), "docs/payments.md names {name}");
        named += 1;
    }
    assert!(named > 40, "{named}");
}

#[test]
fn every_reference_of_the_openapi_document_leads_somewhere() {
    let text = vetrina::cli::openapi_text();
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let prefix = "#/components/schemas/";
    let dangling: BTreeSet<&str> = text
        .split(prefix)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|name| document["components"]["schemas"].get(name).is_none())
        .collect();
    assert!(dangling.is_empty(), "{dangling:?}");
}
