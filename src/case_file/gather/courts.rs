//! The cases in court about what was done with the applications of the entry: what was filed and decided in
//! them, each paper and act as it was uploaded (cl. 16). It never names a person who sues.

use serde_json::json;

use super::{fault, queries, scene::Scene};
use crate::{
    application::Office,
    authz::Scope,
    case_file::{case::Files, json::message},
    court::whole_case,
    document::{documents_by_ids, object_key},
    kernel::DocumentId,
    pb::registry::v1 as pb,
    store::StoreFault,
};

/// The cases in court, in the order in which they were recorded.
pub(super) async fn courts(
    office: &Office,
    scene: &Scene,
    files: &mut Files,
) -> Result<(), StoreFault> {
    let reads = office.store.reads();
    let ids: Vec<_> = scene.filings.iter().map(|filing| filing.id.get()).collect();
    let looking = queries::court_cases(reads, &ids);
    let looking = office.store.in_time("look for the cases in court", looking);
    for (place, id) in (1..).zip(looking.await?) {
        let reading = whole_case(office, &Scope::Everything, id.into());
        let whole = reading.await.map_err(fault("read a case in court"))?;
        let name = format!("{place:02}-{}", whole.court_case_number);
        let papers = papers(&whole)?;
        let reading = documents_by_ids(reads, &papers);
        let reading = office.store.in_time("read the papers of a court", reading);
        let documents = reading.await?;
        let mut named = Vec::with_capacity(papers.len());
        for (place, id) in (1..).zip(papers) {
            let document = documents.iter().find(|document| document.id == id);
            let absent = || StoreFault::corrupt("court case", "names a document that is not there");
            let document = document.ok_or_else(absent)?;
            let path = format!("court/{name}-{place:02}.pdf");
            let content = (document.size_bytes, document.sha256.as_str());
            files.object(&path, object_key(id), content)?;
            named.push(json!({ "document_id": id.to_string(), "file": path }));
        }
        let case = pb::CourtCase {
            etag: String::new(),
            ..whole
        };
        let told = json!({ "court_case": message("CourtCase", &case)?, "documents": named });
        files.json(&format!("court/{name}.json"), &told).await?;
    }
    Ok(())
}

/// The documents of a case, each once, in the order in which they were recorded.
fn papers(case: &pb::CourtCase) -> Result<Vec<DocumentId>, StoreFault> {
    let filed = case.responses.iter();
    let filed = filed.flat_map(|filing| filing.response.iter().chain(&filing.position));
    let filed = filed.map(|paper| paper.document_id.as_str());
    let decided = case.acts.iter().map(|act| act.document_id.as_str());
    let mut papers = Vec::new();
    for id in filed.chain(decided) {
        let id = DocumentId::parse(id);
        let id = id.map_err(|problem| StoreFault::corrupt("court case", problem.to_string()))?;
        if !papers.contains(&id) {
            papers.push(id);
        }
    }
    Ok(papers)
}
