//! Grants: of one application, with what was prepared before, and of two at once.
//! Who was first in a race is for the office to say; that it was as if one had been, for the model.

use std::sync::Arc;

use futures_util::future::join;
use tizilim::pb::registry::v1::{self as pb, review_service_server::ReviewService as _};

use super::{
    kept::{Asked, Outcome},
    messages::{Answer, Message, reason},
    office::call,
    play::{Difference, Play},
};

/// What the head was given to sign.
pub(super) struct Prepared {
    etag: String,
    pub(super) version: usize,
}

impl Play<'_> {
    async fn prepare(&self, index: usize) -> Result<pb::PrepareGrantResponse, String> {
        let request = pb::PrepareGrantRequest {
            application_id: self.ids[index].clone(),
        };
        let request = call(&self.desk.officers[0], request);
        let prepared = self.desk.review.prepare_grant(request).await;
        prepared
            .map(tonic::Response::into_inner)
            .map_err(|status| reason(&status))
    }

    pub(super) async fn prepares(&mut self, index: usize) -> Result<Option<Prepared>, Difference> {
        let expected = self.law.prepares(index);
        let prepared = self.prepare(index).await;
        let told = prepared.as_ref().map(|_| ()).map_err(String::as_str);
        self.tell(told);
        match (prepared, expected) {
            (Ok(prepared), Ok(version)) => Ok(Some(Prepared {
                etag: prepared.etag,
                version,
            })),
            (Err(told), Err(expected)) if told == expected => Ok(None),
            (told, expected) => {
                let told = told.map(|_| ());
                Err(format!(
                    "to prepare was answered {told:?}, not {expected:?}"
                ))
            }
        }
    }

    pub(super) async fn grants_prepared(&mut self) -> Result<(), Difference> {
        let Some((index, prepared)) = self.prepared.take() else {
            return Ok(());
        };
        // Whether the application changed is not for the model to say: its etag is opaque.
        let read = self.desk.read(&self.ids[index]).await;
        let version = |etag: &str| {
            let etag = etag.trim_matches('"');
            etag.split('.').next().unwrap().to_owned()
        };
        let is_fresh = version(&read.etag) == version(&prepared.etag);
        let at = self.now();
        let expected = self.law.grants(index, prepared.version, is_fresh, at);
        self.sends_grant(index, prepared, expected).await
    }

    pub(super) async fn sends_grant(
        &mut self,
        index: usize,
        prepared: Prepared,
        expected: Outcome,
    ) -> Result<(), Difference> {
        let message = Message::grant(self.ids[index].clone(), prepared.etag);
        let by = Arc::clone(&self.desk.officers[0]);
        let answer = self.sends(by, message, expected).await?;
        if let Some(answer) = answer {
            self.enters(index, &answer);
        }
        Ok(())
    }

    fn enters(&mut self, index: usize, answer: &Answer) {
        let is_new = matches!(self.law.applications[index].asked, Asked::Agreement { .. });
        if is_new {
            let entry = answer.entry.as_ref().unwrap();
            self.entries.push(entry.entry_number.clone());
        }
    }

    /// Two are granted at once: it is as if one had been first, whichever.
    pub(super) async fn races(&mut self, one: usize, other: usize) -> Result<(), Difference> {
        let pair = [one, other];
        let prepared = [self.prepares(one).await?, self.prepares(other).await?];
        let [Some(first), Some(second)] = prepared else {
            return Ok(());
        };
        let versions = [first.version, second.version];
        let message = |index: usize, prepared: Prepared| {
            Message::grant(self.ids[index].clone(), prepared.etag)
        };
        let messages = [message(one, first), message(other, second)];
        let by = &self.desk.officers[0];
        let [first, second] = messages.clone();
        let sent: [_; 2] = join(self.desk.send(by, first), self.desk.send(by, second))
            .await
            .into();
        let told = sent.each_ref().map(|sent| {
            let told = sent.as_ref().map(|_| ());
            told.map_err(String::clone)
        });
        for order in [[0, 1], [1, 0]] {
            let mut law = self.law.clone();
            let mut expected = [Ok(()), Ok(())];
            for place in order {
                expected[place] = law.grants(pair[place], versions[place], true, self.now());
            }
            if told == expected.map(|it| it.map_err(str::to_owned)) {
                self.law = law;
                self.tally
                    .entry("RACE".to_owned())
                    .and_modify(|it| *it += 1)
                    .or_insert(1);
                for place in order {
                    self.tell(told[place].as_ref().copied().map_err(String::as_str));
                    if let Ok(answer) = &sent[place] {
                        self.enters(pair[place], answer);
                        let by = Arc::clone(&self.desk.officers[0]);
                        self.last = Some((by, messages[place].clone(), answer.clone()));
                    }
                }
                return Ok(());
            }
        }
        Err(format!("a race was answered {told:?}, as in no order"))
    }
}
