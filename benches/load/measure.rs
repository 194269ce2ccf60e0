//! What one run measures. It never measures two things at once.

use super::{arguments::Arguments, checked, grown, recorded};
use crate::kit::{
    report::Report,
    run::{self, Run},
};

pub(crate) async fn measure(arguments: &Arguments) -> Report {
    let folder = run::folder();
    let world = run::world();
    let mut run = Run::of(&arguments.common, &world, folder.path());
    if let Some(entries) = arguments.entries {
        Box::pin(grown::measure(&mut run, entries)).await;
    } else {
        Box::pin(recorded::measure(&mut run)).await;
        Box::pin(checked::measure(&mut run)).await;
    }
    run.report
}
