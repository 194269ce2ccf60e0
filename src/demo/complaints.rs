//! Invented complaints, as a cooperative signs them. Nobody in them is real.

use prost::Message as _;

use super::parties::World;
use crate::{pb::registry::v1 as pb, signature::IdentityFault};

/// What the cooperative complains of an application, with its head's signature.
pub fn complaint(
    world: &World,
    application: &pb::Application,
    subject: pb::ComplaintSubject,
    addressee: pb::ComplaintAddressee,
    change: impl FnOnce(&mut pb::ComplaintContent),
) -> Result<(Vec<u8>, Vec<u8>), IdentityFault> {
    let cooperative = &world.cooperative;
    let mut content = pb::ComplaintContent {
        application_id: application.application_id.clone(),
        addressee: addressee.into(),
        subject: subject.into(),
        complainant: Some(pb::Complainant {
            kind: pb::ComplainantKind::Cooperative.into(),
            name: cooperative.name.to_owned(),
            iin: String::new(),
            bin: cooperative.bin.to_string(),
            postal_address: "Көктөбе қаласы, Бейбітшілік көшесі, 7".to_owned(),
            email: String::new(),
        }),
        complained_of: format!("Өтінім {}", application.application_number),
        demands: "Шешімнің күшін жойып, өтінімді жаңадан қарау".to_owned(),
        reasons: "Құжаттар толық әрі дұрыс берілген".to_owned(),
        document_ids: Vec::new(),
        drawn_up_on: world.today().to_string(),
        learned_on: String::new(),
    };
    change(&mut content);
    let bytes = content.encode_to_vec();
    let signature = cooperative
        .chair
        .identity
        .sign_detached(&bytes, world.begins_at)?;
    Ok((bytes, signature))
}
