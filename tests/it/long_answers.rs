//! Whoever loses a right loses the long answers that it gave. It never looks at answers that are one file.

use crate::{contract, sources};

/// One small file each, all of which was read when the first part is sent.
const ONE_FILE: &[&str] = &["DownloadExtract", "DownloadRulesChangeFile"];

#[test]
fn an_answer_of_many_messages_looks_at_the_rights_of_its_caller_again() {
    let code: String = sources::shipped()
        .iter()
        .map(sources::Source::code)
        .collect();
    let contract = contract::read();
    let mut looked = 0;
    for method in &contract.methods {
        let name = method.is.name();
        if !method.is.server_streaming() || ONE_FILE.contains(&name) {
            continue;
        }
        let again = [
            format!("permitted::<authz::{name}, _>"),
            format!("still::<authz::{name}>"),
        ];
        assert!(again.iter().any(|call| code.contains(call)), "{name}");
        looked += 1;
    }
    assert!(
        looked >= 4,
        "the watch, the trial and the exports are found"
    );
}
