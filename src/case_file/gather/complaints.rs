//! The complaints about the application: each with what it says in the very bytes that were signed, the
//! signature, what was attached, and what was done with it (cl. 14, 15).
//! It never takes what a complaint says for anything but what somebody says.

use chrono::{DateTime, Utc};
use prost::Message as _;
use serde_json::json;

use super::{fault, queries, scene::Scene};
use crate::{
    application::Office,
    authz::Scope,
    case_file::{
        case::{ComplaintPart, Files, Source},
        json::{message, of_bytes},
        manifest::{Signatory, Signed},
    },
    complaint::whole_complaint,
    document::{documents_by_ids, object_key},
    kernel::DocumentId,
    pb::registry::v1 as pb,
    rpc::instant,
    store::StoreFault,
};

/// The complaints, in the order in which they were filed.
pub(super) async fn complaints(
    office: &Office,
    scene: &Scene,
    files: &mut Files,
) -> Result<(), StoreFault> {
    let ids = queries::complaints(office.store.reads(), scene.application.id.get()).await?;
    for (place, id) in (1..).zip(ids) {
        let reading = whole_complaint(office, &Scope::Everything, id.into());
        let whole = reading.await.map_err(fault("read a complaint of a case"))?;
        let says = pb::ComplaintContent::decode(whole.content.as_slice())
            .map_err(|error| StoreFault::corrupt("complaint", error.to_string()))?;
        let name = format!("{place:02}-{}", whole.complaint_number);
        let signed = format!("complaints/{name}.bin");
        let says_json = of_bytes("ComplaintContent", &whole.content)?;
        let source = |part| Source::Complaint {
            complaint: id,
            part,
        };
        let signature = format!("signatures/complaint-{name}.cms");
        let (by, number) = whose(&says);
        files.signatures.push(Signed {
            path: signature.clone(),
            signs: signed.clone(),
            by,
            number,
            at: received_at(&whole)?,
            must_hold: true,
        });
        files.bytes(&signed, &whole.content, source(ComplaintPart::Content))?;
        files.bytes(
            &signature,
            &whole.signature,
            source(ComplaintPart::Signature),
        )?;
        attached(office, &name, &says, files).await?;
        let told = pb::Complaint {
            etag: String::new(),
            content: Vec::new(),
            signature: Vec::new(),
            ..whole
        };
        let told = message("Complaint", &told)?;
        let told = json!({ "complaint": told, "says": says_json, "signed": signed });
        files
            .json(&format!("complaints/{name}.json"), &told)
            .await?;
    }
    Ok(())
}

fn received_at(complaint: &pb::Complaint) -> Result<DateTime<Utc>, StoreFault> {
    let at = complaint.received_at.and_then(|at| instant(at).ok());
    at.ok_or_else(|| StoreFault::corrupt("complaint", "was received at no moment"))
}

/// Of whom the signature must be: of who complains.
fn whose(says: &pb::ComplaintContent) -> (Signatory, String) {
    let complainant = says.complainant.clone().unwrap_or_default();
    match complainant.kind() {
        pb::ComplainantKind::Shareholder => (Signatory::Shareholder, complainant.iin),
        pb::ComplainantKind::Cooperative | pb::ComplainantKind::Unspecified => {
            (Signatory::Cooperative, complainant.bin)
        }
    }
}

/// What was attached, in the order in which the complaint names it.
async fn attached(
    office: &Office,
    name: &str,
    says: &pb::ComplaintContent,
    files: &mut Files,
) -> Result<(), StoreFault> {
    let ids: Result<Vec<DocumentId>, _> = says
        .document_ids
        .iter()
        .map(|id| DocumentId::parse(id))
        .collect();
    let ids = ids.map_err(|problem| StoreFault::corrupt("complaint", problem.to_string()))?;
    let documents = documents_by_ids(office.store.reads(), &ids).await?;
    for (place, id) in (1..).zip(ids) {
        let document = documents.iter().find(|document| document.id == id);
        let document = document.ok_or_else(|| {
            StoreFault::corrupt("complaint", "names a document that is not there")
        })?;
        let path = format!("complaints/{name}-{place:02}.pdf");
        let content = (document.size_bytes, document.sha256.as_str());
        files.object(&path, object_key(id), content)?;
    }
    Ok(())
}
