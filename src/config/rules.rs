//! `[rules]`: a rule set in a file, with the act that orders it (D-20).
//! It never reads the file: what it says is for others.

use std::path::PathBuf;

use super::{providers::localized, reader::Section};
use crate::{
    calendar::Act,
    kernel::{Text, parse_date},
};

/// `[rules]`: a rule set that is activated when the service starts, unless it was before.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The file.
    pub file: PathBuf,
    /// The act that orders it.
    pub act: Act,
}

pub(super) fn rules(section: &mut Section<'_>) -> Option<Rules> {
    let file = section.required("file", |text| Ok(PathBuf::from(text)));
    let title = section.section("act_title", localized);
    let number = section.required("act_number", Text::parse);
    let dated_on = section.required("act_on", parse_date);
    Some(Rules {
        file: file?,
        act: Act {
            title: title?,
            number: number?,
            dated_on: dated_on?,
        },
    })
}
