//! Lists of entries, by any filters together, in the caller's scope.
//! A filter never shows what the caller could not see without it (I-8).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use tonic::Status;

use super::rows::{Column, Page};
use crate::{
    application::{
        Office, Owner,
        agreement::parse::{
            day,
            premises::{cadastral_number, share_identification},
            section, text,
        },
        queries::{after, moment, next_token},
        subject::one_spelling,
    },
    authz::{Action as _, ListRegisterEntries, Scope},
    kernel::{Bin, CadastralNumber, Iin, Kato, Personal, ShareKey, Text},
    pb::registry::v1 as pb,
    register::{EntryState, wire},
    rpc::{FieldErrors, page},
    store::StoreFault,
};

/// An entry is as long as its column 7, so a page has fewer than elsewhere.
const SIZE_MAX: u32 = 100;

/// Which page of the own entries, the latest registered first.
pub(crate) struct ListQuery {
    page: Page,
    filter: pb::ListRegisterEntriesRequest,
}

impl ListQuery {
    pub(crate) fn parse(
        office: &Office,
        scope: &Scope,
        message: &pb::ListRegisterEntriesRequest,
    ) -> Result<Self, Status> {
        let today = office.now().today;
        let mut errors = FieldErrors::new();
        let size = page::size(message.page_size, &mut errors);
        let asked = Asked::parse(message, today, &mut errors);
        let states = states_of(&message.states, &mut errors);
        let from = moment(
            "registered_from_at",
            message.registered_from_at,
            &mut errors,
        );
        let to = moment("registered_to_at", message.registered_to_at, &mut errors);
        let (Some(size), Some(asked), true) = (size, asked, errors.is_empty()) else {
            return Err(errors.into_malformed().into());
        };
        let filter = pb::ListRegisterEntriesRequest {
            page_size: 0,
            page_token: String::new(),
            ..message.clone()
        };
        let path = ListRegisterEntries::PATH;
        let after = after(office, path, &filter, &message.page_token)?;
        Ok(Self {
            page: Page {
                owners: owners_of(scope, office),
                asked: asked.columns(office),
                states,
                from,
                to,
                after,
                size: size.min(SIZE_MAX),
                oldest_first: false,
            },
            filter,
        })
    }

    pub(crate) async fn page(
        &self,
        office: &Office,
    ) -> Result<(Vec<pb::RegisterEntry>, String), StoreFault> {
        let (rows, next) = self.page.read(&office.store).await?;
        let shown = rows.iter().map(wire::listed_entry);
        let entries = shown.collect::<Result<_, _>>()?;
        let token = next_token(office, ListRegisterEntries::PATH, &self.filter, next)?;
        Ok((entries, token))
    }
}

/// What entries are asked for; none means all.
struct Asked {
    cooperative: Option<Bin>,
    land_plot: Option<CadastralNumber>,
    kato: Option<Kato>,
    share: Option<ShareKey>,
    shareholder: Option<Personal<Iin>>,
    agreement_number: Option<Text<100>>,
    agreement_on: Option<NaiveDate>,
}

impl Asked {
    fn parse(
        pb: &pb::ListRegisterEntriesRequest,
        today: NaiveDate,
        errors: &mut FieldErrors,
    ) -> Option<Self> {
        let cooperative = errors.optional("cooperative_bin", &pb.cooperative_bin, Bin::parse);
        let land_plot = errors.optional(
            "cadastral_number",
            pb.cadastral_number.trim(),
            cadastral_number,
        );
        let kato = errors.optional("kato", &pb.kato, Kato::parse);
        let share = match &pb.share {
            None => Some(None),
            Some(_) => section(errors, "share", pb.share.as_ref(), share_identification).map(Some),
        };
        let shareholder = errors.optional("shareholder_iin", &pb.shareholder_iin, |iin| {
            Iin::parse(iin, today).map(Personal::new)
        });
        let agreement_on =
            errors.optional("agreement_concluded_on", &pb.agreement_concluded_on, day);
        let agreement_number = if pb.agreement_number.is_empty() && agreement_on == Some(None) {
            Some(None)
        } else {
            text(errors, "agreement_number", &pb.agreement_number).map(Some)
        };
        Some(Self {
            cooperative: cooperative?,
            land_plot: land_plot?,
            kato: kato?,
            share: share?,
            shareholder: shareholder?,
            agreement_number: agreement_number?,
            agreement_on: agreement_on?,
        })
    }

    /// The same, as the listing holds it.
    fn columns(self, office: &Office) -> Vec<(Column, String)> {
        let spelt = |number: Text<100>| one_spelling(number.as_str());
        let mark = |iin: Personal<Iin>| office.shareholder_marks.of(&iin);
        let columns = [
            (
                Column::CooperativeBin,
                self.cooperative.map(|bin| bin.to_string()),
            ),
            (
                Column::LandPlot,
                self.land_plot.map(|number| number.land_plot().to_owned()),
            ),
            (Column::Kato, self.kato.map(String::from)),
            (Column::ShareKey, self.share.map(|key| key.to_string())),
            (Column::ShareholderMark, self.shareholder.map(mark)),
            (Column::AgreementNumber, self.agreement_number.map(spelt)),
            (
                Column::AgreementOn,
                self.agreement_on.map(|on| on.to_string()),
            ),
        ];
        let asked = columns.into_iter();
        asked
            .filter_map(|(column, value)| value.map(|value| (column, value)))
            .collect()
    }
}

/// Whose entries the caller may see.
pub(crate) fn owners_of(scope: &Scope, office: &Office) -> Vec<(Column, String)> {
    let column = |owner| match owner {
        Owner::Cooperative(bin) => (Column::CooperativeBin, bin),
        Owner::Provider(id) => (Column::ProviderId, id),
    };
    office.owners(scope).into_iter().map(column).collect()
}

/// All if none is named.
fn states_of(given: &[i32], errors: &mut FieldErrors) -> Vec<&'static str> {
    let mut states = BTreeSet::new();
    for (index, state) in given.iter().enumerate() {
        let known = match pb::RegisterEntryState::try_from(*state) {
            Ok(pb::RegisterEntryState::Live) => Some(EntryState::Live),
            Ok(pb::RegisterEntryState::Terminated) => Some(EntryState::Terminated),
            Ok(pb::RegisterEntryState::OwnershipRegistered) => {
                Some(EntryState::OwnershipRegistered)
            }
            Ok(pb::RegisterEntryState::Unspecified) | Err(_) => None,
        };
        match known {
            Some(state) => {
                states.insert(state.code());
            }
            None => errors.item("states", index, |errors| {
                errors.add("", "must be a state in which an entry can stand");
            }),
        }
    }
    if states.is_empty() {
        states.extend(EntryState::ALL.map(EntryState::code));
    }
    states.into_iter().collect()
}
