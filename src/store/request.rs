//! The memory of requests: a repeat changes nothing and gets the first answer (I-6).
//! It never remembers a refusal, which changed nothing.

use prost::Message;
use ring::digest::{SHA256, digest};
use sea_orm::{DatabaseConnection, EntityTrait};
use uuid::Uuid;

use super::{StoreFault, fault::during, rows::request_memory};
use crate::kernel::RequestId;

/// What makes two requests one: who asked, for what, under which id, with which content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestKey {
    /// Name of the caller.
    pub caller: String,
    /// Path of the method.
    pub method: &'static str,
    /// Made by the client.
    pub request_id: RequestId,
    /// Hash of the content.
    pub fingerprint: [u8; 32],
}

impl RequestKey {
    /// Identifies a request by the message as it was sent.
    pub fn of(
        caller: &str,
        method: &'static str,
        request_id: RequestId,
        message: &impl Message,
    ) -> Self {
        let hash = digest(&SHA256, &message.encode_to_vec());
        let mut fingerprint = [0; 32];
        fingerprint.copy_from_slice(hash.as_ref());
        Self {
            caller: caller.to_owned(),
            method,
            request_id,
            fingerprint,
        }
    }
}

/// An answer that was given before.
pub(super) struct Remembered {
    pub(super) is_same: bool,
    pub(super) answer: Vec<u8>,
}

/// What was answered to this request, if it was.
pub(super) async fn recall(
    reads: &DatabaseConnection,
    key: &RequestKey,
) -> Result<Option<Remembered>, StoreFault> {
    let id: (String, String, Uuid) = (
        key.caller.clone(),
        key.method.to_owned(),
        key.request_id.get(),
    );
    let row = request_memory::Entity::find_by_id(id)
        .one(reads)
        .await
        .map_err(during("recall a request"))?;
    Ok(row.map(|row| Remembered {
        is_same: row.fingerprint == key.fingerprint,
        answer: row.answer,
    }))
}
