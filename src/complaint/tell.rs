//! Whoever complains was told of the extension (D-18; services law, article 25(4)).
//! It never says that somebody was told before there was something to tell, nor lets another body say so than
//! the one whose term it is, or was: what was told in time is recorded after the end as well.

use std::sync::Arc;

use chrono::NaiveDate;
use sea_orm::DatabaseConnection;

use super::{
    addressed::{
        Address, Addressed, Decided, Loaded, Standing, require_decider, require_decider_ever, wrong,
    },
    codes::Act,
    model::Moved,
    moving::{Moving, told},
};
use crate::{
    application::{Objection, Office},
    authz::{ConfirmExtensionTold, Permit},
    kernel::{Moment, local, parse_date},
    pb::registry::v1 as pb,
    rpc::{FieldErrors, Malformed},
    store::StoreFault,
};

/// The command to record that an extension was told.
pub(super) struct Tell {
    addressed: Addressed<ConfirmExtensionTold>,
    on: NaiveDate,
}

impl Tell {
    pub(super) fn parse(
        office: Arc<Office>,
        permit: Permit<ConfirmExtensionTold>,
        message: &pb::ConfirmExtensionToldRequest,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let address = Address {
            request_id: &message.request_id,
            id: &message.complaint_id,
            etag: &message.etag,
        };
        let addressed = Addressed::parse(office, permit, message, &address, &mut errors);
        let on = errors.required("told_on", &message.told_on, parse_date);
        match (addressed, on) {
            (Some(addressed), Some(on)) => errors.into_result(Self { addressed, on }),
            _ => Err(errors.into_malformed()),
        }
    }
}

impl Moving for Tell {
    type Action = ConfirmExtensionTold;
    type Told = pb::ConfirmExtensionToldResponse;
    type Beside = ();

    fn addressed(&self) -> &Addressed<ConfirmExtensionTold> {
        &self.addressed
    }

    async fn beside(&self, _: &DatabaseConnection, _: &Loaded) -> Result<(), StoreFault> {
        Ok(())
    }

    fn moved(&self, standing: Standing, (): (), moment: Moment) -> Result<Decided, Objection> {
        let Standing { complaint, step } = standing;
        let party = self.addressed.permit.caller().party;
        let extension = complaint.extension.as_ref();
        let is_untold = extension.is_some_and(|extension| extension.told_on.is_none());
        if is_untold {
            require_decider_ever(&complaint, party)?;
        } else {
            require_decider(&complaint, party)?;
        }
        let Some(extension) = extension else {
            return Err(wrong("complaint_id", "must have an extension to tell of"));
        };
        if !is_untold {
            let problem = "must not be of a complaint whose extension was told already";
            return Err(wrong("complaint_id", problem));
        }
        let extended_on = local(extension.at).date();
        if self.on < extended_on || self.on > moment.today {
            let problem = "must not be in the future nor before the extension";
            return Err(wrong("told_on", problem));
        }
        let moved = Moved::by(complaint, Act::ExtensionTold, moment.instant).with(|complaint| {
            if let Some(extension) = &mut complaint.extension {
                extension.told_on = Some(self.on);
            }
        });
        Ok(Decided::of(moved, step, None))
    }

    told!(ConfirmExtensionToldResponse);
}
