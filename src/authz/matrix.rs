//! Prints the policy as a table of methods and parties, for reviewers, and compares it with the
//! committed one. It never decides anything.

use std::collections::BTreeSet;

use prost::Message as _;
use prost_types::FileDescriptorSet;

use super::policy;
use crate::authn::Party;

const COMMITTED: &str = include_str!("../../docs/authz-matrix.txt");

fn matrix() -> String {
    let width = policy::rows().map(|row| row.path.len()).max().unwrap();
    let parties = Party::ALL.map(|party| format!("{:<15}", party.as_str()));
    let mut lines = vec![format!("{:<width$}  {}  anyone", "", parties.join("  "))];
    for row in policy::rows() {
        let right = row.right.map_or("-", |right| right.as_str());
        let cells = Party::ALL.map(|party| {
            let allowed = row.parties.contains(&party);
            format!("{:<15}", if allowed { right } else { "-" })
        });
        let anyone = if row.anyone { "yes" } else { "-" };
        lines.push(format!(
            "{:<width$}  {}  {anyone}",
            row.path,
            cells.join("  ")
        ));
    }
    lines.join("\n") + "\n"
}

#[test]
fn the_committed_matrix_is_the_policy() {
    let matrix = matrix();
    assert!(
        matrix == COMMITTED,
        "docs/authz-matrix.txt must be:\n{matrix}"
    );
}

#[test]
fn every_method_of_the_register_has_exactly_one_row() {
    let set = FileDescriptorSet::decode(crate::pb::CONTRACT).unwrap();
    let mut methods = BTreeSet::new();
    for file in &set.file {
        for service in &file.service {
            for method in &service.method {
                let service = service.name();
                methods.insert(format!("/{}.{service}/{}", file.package(), method.name()));
            }
        }
    }
    methods.retain(|path| path.starts_with("/tizilim.registry."));
    assert!(methods.len() > 20);
    let rows: Vec<&str> = policy::rows()
        .map(|row| row.path)
        .filter(|path| path.starts_with("/tizilim."))
        .collect();
    assert_eq!(rows.len(), methods.len());
    assert!(rows.iter().all(|path| methods.contains(*path)));
}
