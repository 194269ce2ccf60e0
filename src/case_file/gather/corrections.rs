//! The corrections of slips that made versions of the entry: what was asked, explained and decided, and the terms
//! of it (APPK 82; ADR 20). It never tells of one that changed nothing.

use super::{fault, scene::Scene};
use crate::{
    application::Office,
    authz::Scope,
    case_file::{case::Files, json::message},
    correction::whole_correction,
    pb::registry::v1 as pb,
    store::StoreFault,
};

/// The corrections, in the order of the versions that they made.
pub(super) async fn corrections(
    office: &Office,
    scene: &Scene,
    files: &mut Files,
) -> Result<(), StoreFault> {
    for version in &scene.versions {
        let Some(id) = version.correction else {
            continue;
        };
        let reading = whole_correction(office, &Scope::Everything, id);
        let whole = reading
            .await
            .map_err(fault("read a correction of a case"))?;
        let path = format!(
            "corrections/v{:02}-{}.json",
            version.number, whole.correction_number
        );
        let told = pb::Correction {
            etag: String::new(),
            ..whole
        };
        files.json(&path, &message("Correction", &told)?).await?;
    }
    Ok(())
}
