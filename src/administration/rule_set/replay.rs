//! Answers `ReplayChecks`: one application under any rule set, on what was known when it was checked.
//! It never changes it.

use super::{given::Given, wire};
use crate::{
    application::{
        Objection, Office,
        addressed::visible,
        checks::wire::finding,
        replay::{Outcomes, compared, queries::Look},
        rows,
    },
    authz::Scope,
    kernel::ApplicationId,
    pb::registry::v1::{self as pb, replay_checks_request::Rules},
    rpc::{FieldErrors, Malformed, timestamp},
    store::Stop,
};

/// Which application, under which rules.
pub(super) struct Replay {
    id: ApplicationId,
    rules: Given,
}

impl Replay {
    pub(super) fn parse(message: pb::ReplayChecksRequest) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let id = errors.required(
            "application_id",
            &message.application_id,
            ApplicationId::parse,
        );
        let rules = match message.rules {
            None => errors.present("rules", None),
            Some(Rules::Version(version)) => Given::version(version, &mut errors),
            Some(Rules::Text(text)) => Given::text(&text, &mut errors),
        };
        match (id, rules) {
            (Some(id), Some(rules)) => errors.into_result(Self { id, rules }),
            _ => Err(errors.into_malformed()),
        }
    }

    pub(super) async fn answer(
        self,
        office: &Office,
        scope: &Scope,
    ) -> Result<pb::ReplayChecksResponse, Stop<Objection>> {
        let reads = office.store.reads();
        let loaded = rows::application_by_id(reads, self.id).await?;
        let application = visible(loaded, scope, office).map_err(Stop::Refused)?;
        let content = rows::content_of(reads, application.id).await?;
        let rules = self.rules.find(office).await?;
        let own = office.rules.for_application(&application)?;
        let recorded = application.findings.clone();
        let look = Look::at(office, [&application]).await?;
        let checked = look.checked(office, (application, content)).await?;
        let reproduced = compared(&recorded, checked.under(&own));
        let replayed = checked.under(&rules);
        let (verdict, grounds) = Outcomes::of(&recorded);
        let (replayed_verdict, replayed_grounds) = Outcomes::of(&replayed);
        let verdict_differs = (verdict, &grounds) != (replayed_verdict, &replayed_grounds);
        let checks = compared(&recorded, replayed).into_iter().map(|pair| {
            let mut by_own = reproduced.iter();
            let by_own = by_own.find(|own| own.before.check == pair.before.check);
            pb::ReplayedCheck {
                check: pair.before.check.code().to_owned(),
                differs: pair.differs(),
                reproduced: by_own.is_some_and(|own| !own.differs()),
                recorded: Some(finding(pair.before)),
                replayed: Some(finding(pair.after)),
            }
        });
        Ok(pb::ReplayChecksResponse {
            application_id: checked.application.id.to_string(),
            application_number: checked.application.number.clone(),
            rule_set: own.version.clone(),
            replayed_rule_set: rules.version.clone(),
            register_as_of_at: Some(timestamp(checked.as_of.register)),
            agreement_as_of_at: Some(timestamp(checked.as_of.agreement)),
            checks: checks.collect(),
            verdict: wire::verdict(verdict).into(),
            replayed_verdict: wire::verdict(replayed_verdict).into(),
            grounds: wire::grounds(&grounds),
            replayed_grounds: wire::grounds(&replayed_grounds),
            verdict_differs,
        })
    }
}
