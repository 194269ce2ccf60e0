//! What the register records of a change: a line of column 7, or column 8 of Annex 1.
//! Nothing of a shareholder ever goes into them (D-14).

use super::{Basis, EntryChange, Procedure, Termination};
use crate::register::columns::{self, Closure, Columns};

impl EntryChange {
    /// Adds what the change records to the columns of the agreement as it stands with it.
    pub(in crate::application) fn record(&self, columns: &mut Columns) {
        match self {
            Self::Amendment(amendment) => columns.amendments.push(columns::Amendment {
                number: amendment.number.to_string(),
                on: amendment.concluded_on,
                procedure: Procedure::Amendment.code().to_owned(),
                changed_parts: amendment
                    .changed_parts()
                    .into_iter()
                    .map(str::to_owned)
                    .collect(),
            }),
            Self::Assignment(assignment) => columns.amendments.push(columns::Amendment {
                number: assignment.number.to_string(),
                on: assignment.concluded_on,
                procedure: Procedure::Assignment.code().to_owned(),
                changed_parts: Vec::new(),
            }),
            Self::Deregistration(deregistration) => {
                columns.termination = Some(columns::Termination {
                    number: self.document_number().to_string(),
                    on: self.document_on(),
                    ground: ground(&deregistration.basis),
                    closure: closure(&deregistration.basis),
                });
            }
        }
    }
}

const fn closure(basis: &Basis) -> Closure {
    match basis {
        Basis::Ownership(_) => Closure::OwnershipRegistered,
        Basis::Termination(_) => Closure::Terminated,
    }
}

/// The words of the extract stand in Kazakh and Russian, those of the parties as they are.
fn ground(basis: &Basis) -> String {
    match basis {
        Basis::Ownership(evidence) => format!(
            "Жылжымайтын мүлікке құқық мемлекеттік тіркелген / Право на недвижимое имущество \
             зарегистрировано: № {}",
            evidence.registration_number
        ),
        Basis::Termination(Termination {
            ground,
            court_decision: Some(court),
            ..
        }) => format!(
            "{ground}; {}, № {}, {}",
            court.court,
            court.case_number,
            court.decided_on.format("%d.%m.%Y")
        ),
        Basis::Termination(termination) => termination.ground.to_string(),
    }
}
