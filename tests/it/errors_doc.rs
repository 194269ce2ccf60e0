//! `docs/ERRORS.md` is made from the comments of the contract, and compared with what is committed.
//! To write it anew: `UPDATE_DOCS=1 cargo test --test it errors_doc`.

use std::{collections::BTreeMap, fmt::Write as _};

use crate::{contract, sources};

const HEAD: &str = "# Errors

Made from the comments in `proto/` by `tests/it/errors_doc.rs`; do not edit.

Every answer but `OK` carries a `google.rpc.ErrorInfo` with the domain `tizilim` and one of these
reasons. One reason, one thing for the client to do. Every changing word of the message is also in
the metadata; `BadRequest` names *all* fields that are missing or wrong, with paths as in proto.

`LocalizedMessage` says the reason for people in the language of the call's `accept-language`: Kazakh,
Russian or English, `ru-KZ` as `ru`, the one with the greatest quality value, and English if none is
asked for. Each field of `BadRequest` has a `localized_message` as well, as long as all details have room
in 10 KiB; its `description` is always there. [LANGUAGES.md](LANGUAGES.md) tells where all texts are.

Reasons that name no method may come from any.

| Reason | Code | What it means, what to do | Methods that name it |
| --- | --- | --- | --- |
";

fn document() -> String {
    let contract = contract::read();
    let mut named = BTreeMap::<&str, Vec<&str>>::new();
    for method in &contract.methods {
        let reasons = method.comment.split("Reasons:").nth(1).unwrap_or_default();
        let words = reasons.split(|letter: char| !letter.is_ascii_uppercase() && letter != '_');
        for reason in words.filter(|word| word.len() > 2 && !word.starts_with("C1")) {
            named.entry(reason).or_default().push(method.is.name());
        }
    }
    let mut text = HEAD.to_owned();
    for value in &contract.values {
        let Some(reason) = value.name.split(".ERROR_REASON_").nth(1) else {
            continue;
        };
        if value.is == 0 {
            continue;
        }
        let comment = value
            .comment
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        let (code, meaning) = comment.split_once(": ").unwrap();
        let code = code.replace(" or ", "`, `");
        let methods = named.remove(reason).unwrap_or_default();
        let methods: Vec<String> = methods.iter().map(|method| format!("`{method}`")).collect();
        let methods = methods.join(", ");
        writeln!(text, "| `{reason}` | `{code}` | {meaning} | {methods} |").unwrap();
    }
    assert!(
        named.is_empty(),
        "methods name reasons that do not exist: {named:?}"
    );
    text
}

#[test]
fn the_committed_list_of_errors_is_that_of_the_contract() {
    let path = sources::root().join("docs/ERRORS.md");
    let document = document();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &document).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == document, "docs/ERRORS.md must be:\n{document}");
}
