//! Verdicts as they are sent. The wire stops here.

use super::judge::{ReadRow, Verdict};
use crate::{kernel::EntryId, pb::registry::v1 as pb, rpc::FieldError};

/// What became of a row; an entry that would be made has no number yet.
pub(super) fn verdict(
    row: &ReadRow,
    verdict: &Verdict,
    (id, number): (EntryId, &str),
    is_rehearsal: bool,
) -> pb::ImportVerdict {
    // To compare rows that are only judged; the memory of requests need not keep them.
    let keys = row.read.as_ref().ok().filter(|_| is_rehearsal);
    let told = pb::ImportVerdict {
        line: row.line,
        share_key: keys.map(|row| row.share_key.clone()).unwrap_or_default(),
        agreement_key: keys
            .map(|row| row.agreement_key.clone())
            .unwrap_or_default(),
        ..Default::default()
    };
    match verdict {
        Verdict::Imported(_) if is_rehearsal => pb::ImportVerdict {
            outcome: pb::ImportOutcome::Imported.into(),
            ..told
        },
        Verdict::Imported(_) => pb::ImportVerdict {
            outcome: pb::ImportOutcome::Imported.into(),
            entry_id: id.to_string(),
            entry_number: number.to_owned(),
            ..told
        },
        Verdict::Repeated(known) => pb::ImportVerdict {
            outcome: pb::ImportOutcome::Repeated.into(),
            entry_id: known.entry.to_string(),
            entry_number: known.entry_number.clone(),
            ..told
        },
        Verdict::Broken(problems) => pb::ImportVerdict {
            outcome: pb::ImportOutcome::Broken.into(),
            problems: problems.iter().map(problem).collect(),
            ..told
        },
    }
}

fn problem(error: &FieldError) -> pb::ImportProblem {
    pb::ImportProblem {
        column: error.path.clone(),
        problem: error.problem.clone(),
    }
}
