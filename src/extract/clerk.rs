//! The clerk who forms extracts (cl. 11, O-30): a pure function of the entry version, outside of any
//! transaction, so that a crash or a failing renderer repairs itself.
//! The clerk never decides who gets the extract.

use std::{error::Error, sync::Arc};

use async_trait::async_trait;
use sha2::{Digest as _, Sha256};

use super::{
    ExtractForm, ExtractRenderer, VerificationCode,
    formed::{Formed, NotFormed},
    object_key,
    rows::{extract, extracts_to_form},
};
use crate::{
    application::{Objection, Office},
    deadlines::{Clerk, Timer, settled},
    kernel::EntryId,
    register::{SignedContent, rows::entry_version},
    rpc::status::Chain,
    store::{Fence, Lease, Stop, StoreFault, faults},
};

/// How many extracts are taken from the queue at once.
const BATCH: u64 = 20;

/// The clerk of extracts.
#[derive(Debug)]
pub struct ExtractClerk {
    office: Arc<Office>,
    renderer: Arc<dyn ExtractRenderer>,
}

impl ExtractClerk {
    /// A clerk with a renderer.
    pub const fn of(office: Arc<Office>, renderer: Arc<dyn ExtractRenderer>) -> Self {
        Self { office, renderer }
    }

    async fn form(&self, extract: extract::Model, fence: Fence) -> Result<usize, StoreFault> {
        let formed = match self.formed(&extract, fence).await {
            Ok(formed) => formed,
            Err(fault) => return self.not_formed(extract, fence, fault).await,
        };
        match self.office.store.execute(&formed).await {
            Err(Stop::Refused(Objection::OutsideCalendar(outside))) => {
                self.not_formed(extract, fence, outside.to_string()).await
            }
            outcome => settled(outcome),
        }
    }

    /// Renders the extract and keeps it; or says why not, for this one is tried again later and must
    /// not keep the others waiting.
    async fn formed(&self, extract: &extract::Model, fence: Fence) -> Result<Formed, String> {
        let form = self.filled_form(extract).await.map_err(told)?;
        let renderer = Arc::clone(&self.renderer);
        let pdf = self
            .office
            .store
            .tasks()
            .spawn_blocking(move || renderer.render(&form))
            .await
            .map_err(|_panic| "the renderer panicked".to_owned())?
            .map_err(told)?;
        faults::point("extract.rendered");
        let sha256 = hex::encode(Sha256::digest(&pdf));
        let size_bytes = i64::try_from(pdf.len()).unwrap_or(i64::MAX);
        let key = object_key(extract.entry_id.into(), extract.entry_version);
        self.office.documents.put(&key, pdf).await.map_err(told)?;
        faults::point("extract.kept");
        Ok(Formed {
            office: Arc::clone(&self.office),
            extract: extract.clone(),
            fence,
            sha256,
            size_bytes,
        })
    }

    /// What the extract says: the signed content of its version, and nothing else.
    async fn filled_form(&self, extract: &extract::Model) -> Result<ExtractForm, StoreFault> {
        let entry: EntryId = extract.entry_id.into();
        let store = &self.office.store;
        let reading = entry_version(store.reads(), entry, extract.entry_version);
        let version = store
            .in_time("load an entry version", reading)
            .await?
            .ok_or_else(|| StoreFault::corrupt("extract", "has no entry"))?;
        let content = SignedContent::from_bytes(&version.signed_content)?;
        let code = VerificationCode::parse(&extract.verification_code)
            .map_err(|error| StoreFault::corrupt("extract", error.to_string()))?;
        Ok(ExtractForm {
            entry_number: content.entry_number,
            entry_version: u32::try_from(content.entry_version)
                .map_err(|error| StoreFault::corrupt("extract", error.to_string()))?,
            entered_at: version.entered_at,
            provider_name: content.provider.name,
            head_post: content.provider.head_post,
            head_name: content.provider.head_name,
            verification_code: code,
            columns: content.columns,
            correction: content.correction,
        })
    }

    async fn not_formed(
        &self,
        extract: extract::Model,
        fence: Fence,
        fault: String,
    ) -> Result<usize, StoreFault> {
        tracing::error!(entry = %extract.entry_id, fault, "an extract could not be formed");
        let not_formed = NotFormed {
            extract,
            fence,
            fault,
        };
        settled(self.office.store.execute(&not_formed).await)
    }
}

fn told(fault: impl Error + 'static) -> String {
    Chain(&fault).to_string()
}

#[async_trait]
impl Clerk for ExtractClerk {
    fn name(&self) -> &'static str {
        "extracts"
    }

    fn timers(&self) -> &'static [Timer] {
        &[Timer::Extracts]
    }

    async fn work(&self, lease: &Lease) -> Result<usize, StoreFault> {
        let now = self.office.now().instant;
        let mut done: usize = 0;
        let store = &self.office.store;
        let looking = extracts_to_form(store.reads(), now, BATCH);
        for extract in store.in_time("look for extracts to form", looking).await? {
            let Some(fence) = lease.fence() else {
                break;
            };
            done = done.saturating_add(self.form(extract, fence).await?);
        }
        Ok(done)
    }
}
