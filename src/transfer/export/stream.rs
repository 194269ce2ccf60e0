//! The parts of an export, one after the other: each step reads a page, writes its rows and sends what
//! is ready. As of a moment: of each entry the version that stood then, whatever is registered meanwhile.

use std::{pin::Pin, sync::Arc};

use futures_util::{Stream, stream};
use sha2::{Digest as _, Sha256};
use tonic::Status;

use super::{
    audit::{Audit, header},
    file::Writing,
    row::{Exported, Head, heads},
    selection::Selection,
};
use crate::{
    application::{Office, standing::histories},
    pb::registry::v1::{self as pb, export_part::Piece},
    register::{
        SignedContent,
        listing::rows::{Listed, Page},
        rows::version_as_of,
    },
    rpc::status,
    store::StoreFault,
};

/// The largest chunk, in bytes.
const CHUNK_BYTES: usize = 256 * 1024;

/// An export on its way.
pub(super) type Parts<P> = Pin<Box<dyn Stream<Item = Result<P, Status>> + Send>>;

/// An export.
pub(super) struct Export {
    pub(super) office: Arc<Office>,
    pub(super) selection: Selection,
    /// The audit of one that has the shareholders.
    pub(super) audit: Option<Audit>,
}

/// How far it is.
struct Sending {
    export: Export,
    heads: Vec<Head>,
    /// None once its end is written.
    file: Option<Writing>,
    /// The next page; none after the last.
    page: Option<Page>,
    has_begun: bool,
    ready: Vec<u8>,
    sent: usize,
    entries: i64,
    size_bytes: i64,
    hash: Sha256,
}

impl Export {
    /// The parts, each put into the message of its method.
    pub(super) fn parts<P: Send + 'static>(
        self,
        put: fn(pb::ExportPart) -> P,
    ) -> Result<Parts<P>, Status> {
        let heads = heads(self.audit.is_some());
        let file = Writing::begin(self.selection.format, &heads);
        let file = file.map_err(|fault| status::from_store(&fault))?;
        let first = Piece::Header(header(&self.selection));
        let sending = Sending {
            heads,
            file: Some(file),
            page: Some(self.selection.page.clone()),
            export: self,
            has_begun: false,
            ready: Vec::new(),
            sent: 0,
            entries: 0,
            size_bytes: 0,
            hash: Sha256::new(),
        };
        let rest = stream::try_unfold(Some(sending), async |sending| match sending {
            Some(sending) => sending.next().await,
            None => Ok(None),
        });
        let first = stream::iter([Ok(first)]);
        let parts = futures_util::StreamExt::chain(first, rest);
        let parts = futures_util::StreamExt::map(parts, move |piece: Result<Piece, Status>| {
            piece.map(|piece| put(pb::ExportPart { piece: Some(piece) }))
        });
        Ok(Box::pin(parts))
    }
}

impl Sending {
    /// The next piece, and how far it is then.
    async fn next(mut self) -> Result<Option<(Piece, Option<Self>)>, Status> {
        if !self.has_begun {
            self.has_begun = true;
            let as_of = self.export.selection.as_of;
            self.export.office.store.settled(as_of).await;
        }
        while self.ready.len() < CHUNK_BYTES && self.file.is_some() {
            let written = self.write_on().await;
            written.map_err(|fault| status::from_store(&fault))?;
        }
        if self.ready.is_empty() {
            let summary = self.summary();
            if let Some(audit) = &self.export.audit {
                audit.ended(&summary).await.map_err(status::from_stop)?;
            }
            return Ok(Some((Piece::Summary(summary), None)));
        }
        let rest = self.ready.split_off(self.ready.len().min(CHUNK_BYTES));
        let chunk = std::mem::replace(&mut self.ready, rest);
        self.hash.update(&chunk);
        self.sent = self.sent.saturating_add(chunk.len());
        self.size_bytes = i64::try_from(self.sent).unwrap_or(i64::MAX);
        Ok(Some((Piece::Chunk(chunk), Some(self))))
    }

    fn summary(&self) -> pb::ExportSummary {
        pb::ExportSummary {
            entries: self.entries,
            size_bytes: self.size_bytes,
            sha256: hex::encode(self.hash.clone().finalize()),
        }
    }

    /// Writes one page, or the end of the file.
    async fn write_on(&mut self) -> Result<(), StoreFault> {
        let Some(page) = self.page.take() else {
            if let Some(file) = self.file.take() {
                self.ready.extend(file.end()?);
            }
            return Ok(());
        };
        let (listed, next) = page.read(&self.export.office.store).await?;
        for row in self.rows(listed).await? {
            if let Some(file) = &mut self.file {
                file.add(&row, &self.heads)?;
            }
            self.entries = self.entries.saturating_add(1);
        }
        if let Some(file) = &mut self.file {
            self.ready.extend(file.take()?);
        }
        self.page = next.map(|after| Page {
            after: Some(after),
            ..page
        });
        Ok(())
    }

    /// The entries of a page as they stood at the moment.
    async fn rows(&self, listed: Vec<Listed>) -> Result<Vec<Exported>, StoreFault> {
        if self.export.audit.is_some() {
            return self.rows_with_shareholders(listed).await;
        }
        let as_of = self.export.selection.as_of;
        let reads = self.export.office.store.reads();
        let mut rows = Vec::with_capacity(listed.len());
        for entry in listed {
            let (entered_at, content) = if entry.entered_at <= as_of {
                (entry.entered_at, entry.signed_content)
            } else {
                let version = version_as_of(reads, entry.entry.into(), as_of)
                    .await?
                    .ok_or_else(|| StoreFault::corrupt("entry", "lacks its first version"))?;
                (version.entered_at, version.signed_content)
            };
            rows.push(Exported {
                content: SignedContent::from_bytes(&content)?,
                registered_at: entry.registered_at,
                entered_at,
                shareholder: None,
            });
        }
        Ok(rows)
    }

    async fn rows_with_shareholders(
        &self,
        listed: Vec<Listed>,
    ) -> Result<Vec<Exported>, StoreFault> {
        if listed.is_empty() {
            return Ok(Vec::new());
        }
        let as_of = self.export.selection.as_of;
        let ids: Vec<_> = listed.iter().map(|entry| entry.entry).collect();
        let versions = histories(self.export.office.store.reads(), &ids).await?;
        let mut rows = Vec::with_capacity(listed.len());
        for entry in listed {
            let stood = versions
                .iter()
                .rfind(|version| version.entry == entry.entry.into() && version.entered_at <= as_of)
                .ok_or_else(|| StoreFault::corrupt("entry", "lacks its first version"))?;
            rows.push(Exported {
                content: SignedContent::from_bytes(&stood.signed_content)?,
                registered_at: entry.registered_at,
                entered_at: stood.entered_at,
                shareholder: Some(stood.shareholder.clone()),
            });
        }
        Ok(rows)
    }
}
