//! The authorized body tells a change of the Rules: the change, a notice to each addressee and the rule set
//! that it carries stand in one commit, or nothing does (cl. 4, O-11).
//! It never tells an act twice, and never sends anything.

use std::sync::Arc;

use chrono::NaiveTime;
use sea_orm::DatabaseConnection;
use sha2::{Digest as _, Sha256};

use super::{
    change::rows::{change_by_id, change_to_row},
    fact,
    model::{ChangeFile, Notice, Reached, RulesChange, TERM_WORKING_DAYS},
    policy::NoticePolicy,
    request::{Asked, asked},
    rows::notice_to_row,
    wire,
};
use crate::{
    administration::{Activate, Unactivatable},
    application::{Objection, Office},
    authz::{Action as _, Permit, PublishRulesChange},
    calendar::Act,
    document::{Document, document_by_id},
    kernel::{Moment, NoticeId, RequestId, RulesChangeId, instant_of},
    pb::registry::v1 as pb,
    reference::{Reference, StoredRuleSet},
    rpc::{FieldError, FieldErrors, Malformed},
    store::{Changes, Command, Guard, Insert, Origin, RequestKey, StoreFault},
};

/// So much of files a letter carries at most: in base64 it is a third more, and mail servers take that.
const FILES_BYTES_MAX: i64 = 10 * 1024 * 1024;

/// The command to tell a change of the Rules.
pub(super) struct Publish {
    office: Arc<Office>,
    policy: Arc<NoticePolicy>,
    permit: Permit<PublishRulesChange>,
    request: RequestKey,
    validate_only: bool,
    asked: Asked,
    activation: Option<Activate>,
}

/// What the decision is made upon.
pub(super) struct Loaded {
    known: Arc<Reference>,
    told_before: bool,
    documents: Vec<Option<Document>>,
    addressees: Vec<(NoticeId, Reached)>,
}

/// A change as it is told.
pub(super) struct Published {
    change: RulesChange,
    notices: Vec<Notice>,
    rule_set: Option<StoredRuleSet>,
}

impl Publish {
    /// Reads the request; everything that is missing or wrong is told at once.
    pub(super) fn parse(
        office: Arc<Office>,
        policy: Arc<NoticePolicy>,
        permit: Permit<PublishRulesChange>,
        message: &pb::PublishRulesChangeRequest,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let request_id = errors.required("request_id", &message.request_id, RequestId::parse);
        let asked = asked(message, office.now(), &mut errors);
        let (Some(request_id), Some(mut asked), true) = (request_id, asked, errors.is_empty())
        else {
            return Err(errors.into_malformed());
        };
        let by = permit.caller().name.to_string();
        let request = RequestKey::of(&by, PublishRulesChange::PATH, request_id, message);
        let activation = asked.rule_set.take().map(|(rules, text)| Activate {
            office: Arc::clone(&office),
            by,
            method: PublishRulesChange::PATH,
            request: None,
            rules,
            text,
            act: asked.act.clone(),
            validate_only: false,
        });
        Ok(Self {
            office,
            policy,
            permit,
            request,
            validate_only: message.validate_only,
            asked,
            activation,
        })
    }

    fn addressees(&self, known: &Reference) -> Vec<Reached> {
        let providers = known.providers.all().map(Reached::provider);
        let bodies = self.policy.bodies.iter().map(Reached::body);
        providers.chain(bodies).collect()
    }

    /// The uploaded files, or all that is wrong with them.
    fn files(&self, documents: Vec<Option<Document>>) -> Result<Vec<ChangeFile>, Vec<FieldError>> {
        let own = &self.permit.caller().organisation;
        let mut wrong = Vec::new();
        let mut files = Vec::new();
        for (index, document) in documents.into_iter().enumerate() {
            match document.filter(|document| document.cooperative == *own) {
                Some(document) => files.push(ChangeFile {
                    id: document.id,
                    name: document.file_name.into_disclosed().to_string(),
                    sha256: document.sha256,
                    size_bytes: document.size_bytes,
                }),
                None => wrong.push(FieldError::wrong(
                    format!("document_ids[{index}]"),
                    "must be a document that the own organisation uploaded",
                )),
            }
        }
        let size_bytes: i64 = files.iter().map(|file| file.size_bytes).sum();
        if size_bytes > FILES_BYTES_MAX {
            let problem = format!("must have at most {FILES_BYTES_MAX} bytes together");
            wrong.push(FieldError::wrong("document_ids", &problem));
        }
        if wrong.is_empty() {
            Ok(files)
        } else {
            Err(wrong)
        }
    }

    fn activated(
        &self,
        known: &Arc<Reference>,
        moment: Moment,
    ) -> Result<Option<StoredRuleSet>, Vec<FieldError>> {
        let Some(activation) = &self.activation else {
            return Ok(None);
        };
        match activation.decide(Arc::clone(known), moment) {
            Ok(stored) => Ok(Some(stored)),
            Err(Unactivatable(found)) => Err(found
                .into_iter()
                .map(|error| FieldError {
                    path: format!("rule_set.{}", error.path),
                    ..error
                })
                .collect()),
        }
    }

    fn change(&self, files: Vec<ChangeFile>, moment: Moment) -> Result<RulesChange, Objection> {
        let Asked {
            act,
            published_on,
            in_force_on,
            text,
            ..
        } = &self.asked;
        let calendar = self.office.calendar();
        let published_at = instant_of(published_on.and_time(NaiveTime::MIN));
        let due = calendar.due(published_at, TERM_WORKING_DAYS, self.policy.hours)?;
        Ok(RulesChange {
            id: id_of(act),
            act: act.clone(),
            published_on: *published_on,
            in_force_on: *in_force_on,
            text: text.clone(),
            files,
            rule_set: None,
            announced_at: moment.instant,
            announced_by: self.permit.caller().name.to_string(),
            due_at: due.at,
            calendar_version: calendar.version().to_owned(),
            addressee_count: 0,
        })
    }
}

/// The id of the change that an act makes: the same act makes the same change.
fn id_of(act: &Act) -> RulesChangeId {
    let hash = Sha256::digest(format!("{}\n{}", act.number, act.dated_on));
    let mut bytes = [0; 16];
    for (byte, of_hash) in bytes.iter_mut().zip(hash) {
        *byte = of_hash;
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid().into()
}

impl Command for Publish {
    type Loaded = Loaded;
    type Decided = Published;
    type Refusal = Objection;
    type Answer = pb::PublishRulesChangeResponse;

    fn request(&self) -> Option<&RequestKey> {
        (!self.validate_only).then_some(&self.request)
    }

    fn is_rehearsal(&self) -> bool {
        self.validate_only
    }

    async fn load(&self, reads: &DatabaseConnection, moment: Moment) -> Result<Loaded, StoreFault> {
        // A refusal commits nothing, so that no guard would tell of old data.
        let known = self.office.references.fresh().await?;
        let mut documents = Vec::new();
        for id in &self.asked.documents {
            documents.push(document_by_id(reads, *id).await?);
        }
        let ids = self.office.store.ids();
        let addressees = self.addressees(&known).into_iter();
        Ok(Loaded {
            told_before: change_by_id(reads, id_of(&self.asked.act)).await?.is_some(),
            documents,
            addressees: addressees
                .map(|reached| (ids.next(moment.instant).into(), reached))
                .collect(),
            known,
        })
    }

    fn decide(&self, loaded: Loaded, moment: Moment) -> Result<Published, Objection> {
        if self.policy.bodies.is_empty() {
            return Err(Objection::AddresseesNotConfigured);
        }
        let mut wrong = Vec::new();
        if loaded.told_before {
            let problem = "must not be of an act that was told before";
            wrong.push(FieldError::wrong("act.number", problem));
        }
        let files = self.files(loaded.documents);
        let files = files.unwrap_or_else(|found| {
            wrong.extend(found);
            Vec::new()
        });
        let rule_set = self.activated(&loaded.known, moment);
        let rule_set = rule_set.unwrap_or_else(|found| {
            wrong.extend(found);
            None
        });
        if !wrong.is_empty() {
            return Err(Objection::Fields(wrong));
        }
        let mut change = self.change(files, moment)?;
        change.rule_set = rule_set.as_ref().map(|stored| stored.version.clone());
        change.addressee_count = i32::try_from(loaded.addressees.len()).unwrap_or(i32::MAX);
        // Beyond the calendar's end none comes by itself: that is no reason to tell nobody.
        let calendar = self.office.calendar();
        let remind_at = self.policy.remind_at(&calendar, moment.instant);
        let addressees = loaded.addressees.into_iter();
        let notices = addressees.map(|(id, reached)| Notice::of(id, &change, reached, remind_at));
        Ok(Published {
            notices: notices.collect(),
            change,
            rule_set,
        })
    }

    fn changes(&self, published: &Published) -> Result<Changes, StoreFault> {
        let change = &published.change;
        let origin = Origin {
            caller: change.announced_by.clone(),
            method: PublishRulesChange::PATH,
            at: change.announced_at,
        };
        let mut changes = match (&self.activation, &published.rule_set) {
            (Some(activation), Some(stored)) => activation.changes(stored)?,
            _ => Changes::by(origin),
        };
        // Of two who tell the same act at once one loses this guard.
        changes = changes
            .insert(Insert::guarded(&change_to_row(change)?, Guard::Version))
            .facts([fact::published(change)?]);
        for notice in &published.notices {
            changes = changes.insert(Insert::of(&notice_to_row(notice)?));
        }
        Ok(changes)
    }

    fn answer(&self, published: Published) -> pb::PublishRulesChangeResponse {
        let unreachable = published.notices.iter();
        let unreachable = unreachable.filter(|notice| notice.is_unreachable());
        pb::PublishRulesChangeResponse {
            without_address: unreachable.map(wire::addressee_of).collect(),
            change: Some(wire::change(published.change)),
            replayed: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{Localized, Text};

    fn act(number: &str, dated_on: &str) -> Act {
        Act {
            title: Localized::of("бұйрық", "приказ", "order"),
            number: Text::parse(number).unwrap(),
            dated_on: dated_on.parse().unwrap(),
        }
    }

    #[test]
    fn the_same_act_makes_the_same_change_and_another_one_another() {
        let one = id_of(&act("17", "2026-11-20"));
        assert_eq!(one, id_of(&act("17", "2026-11-20")));
        assert_ne!(one, id_of(&act("18", "2026-11-20")));
        assert_ne!(one, id_of(&act("17", "2026-11-21")));
        assert_eq!(one.get().get_version_num(), 8);
    }
}
