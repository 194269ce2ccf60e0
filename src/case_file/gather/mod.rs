//! Gathering a case: everything that was filed, found, decided, entered and told about an application, and
//! about the entry that it led to or is to change, as of the last fact about them (cl. 14, O-38).
//! It never looks into a scan, and never takes what a note of the provider says to itself.

mod checks;
mod complaints;
mod corrections;
mod courts;
mod filed;
mod index;
mod place;
mod scene;
mod terms;
mod told;
mod versions;

pub(super) use place::Place;
use scene::Scene;

use super::{
    case::{Case, Files},
    manifest::Manifest,
    queries,
};
use crate::{
    application::{Objection, Office},
    kernel::ApplicationId,
    store::{Stop, StoreFault},
};

/// The case of an application as it stands at a place; none if something befell it meanwhile.
///
/// Whatever changes a case is committed with a fact about one of its objects. What is read between two
/// looks that find the same objects and the same last fact is what stood at one moment.
pub(super) async fn gather(
    office: &Office,
    id: ApplicationId,
    before: &Place,
) -> Result<Option<Case>, StoreFault> {
    let loading = Scene::load(office, id, before);
    let loading = office.store.in_time("read what a case is about", loading);
    let Some(scene) = loading.await? else {
        return Ok(None);
    };
    let case = case(office, &scene).await?;
    let after = Place::of(office, id).await?;
    Ok(Some(case).filter(|_| after.as_ref() == Some(before)))
}

async fn case(office: &Office, scene: &Scene) -> Result<Case, StoreFault> {
    let mut files = Files::into_store(office.documents.clone());
    filed::application(office, scene, &mut files).await?;
    checks::checks(office, scene, &mut files).await?;
    terms::due_moments(office, scene, &mut files).await?;
    checks::decision(office, scene, &mut files).await?;
    told::delivery(office, scene, &mut files).await?;
    told::monitoring(office, scene, &mut files).await?;
    told::audit(office, scene, &mut files).await?;
    filed::filings(office, scene, &mut files).await?;
    versions::versions(office, scene, &mut files).await?;
    versions::extracts(scene, &mut files)?;
    corrections::corrections(office, scene, &mut files).await?;
    complaints::complaints(office, scene, &mut files).await?;
    courts::courts(office, scene, &mut files).await?;
    let provider = office.provider(&scene.application.provider_id)?;
    index::index(scene, &provider, &mut files).await?;
    let (format, format_version) = Manifest::format();
    let (journal_number, as_of_at) = scene.as_of;
    let manifest = Manifest {
        format,
        format_version,
        application_id: scene.application.id.to_string(),
        application_number: scene.application.number.clone(),
        provider_bin: provider.bin.to_string(),
        journal_number,
        as_of_at,
        files: files.entries,
        signatures: files.signatures,
    };
    Case::of(manifest, files.sources)
}

/// Why something was not read that is there: a reader of a case may see everything, so no rule refuses it.
fn fault(operation: &'static str) -> impl FnOnce(Stop<Objection>) -> StoreFault {
    move |stop| match stop {
        Stop::Fault(fault) => fault,
        Stop::Refused(_)
        | Stop::RequestIdReused
        | Stop::TryAgain { .. }
        | Stop::Full { .. }
        | Stop::LeaseLost => StoreFault::Late { operation },
    }
}
