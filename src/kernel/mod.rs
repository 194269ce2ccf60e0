//! The values that every part of the register is made of: each is parsed once and right from then on.
//! It never does input or output, and never imports another part of the register.

mod area;
mod bin;
mod cadastral;
mod check_digit;
pub mod check_id;
mod clock;
mod date;
mod digest_sum;
mod email;
mod fold;
mod ids;
mod iin;
mod informed_body;
mod kato;
mod language;
mod localized;
mod moment;
mod money;
mod personal;
mod phone;
mod problem;
mod share_key;
mod sink_name;
mod text;

pub use area::SquareDecimetres;
pub use bin::{Bin, EntityKind, EntityUnit};
pub use cadastral::CadastralNumber;
pub use clock::{Clock, SystemClock, TestClock};
pub use date::parse_date;
pub use digest_sum::DigestSum;
pub use email::Email;
pub use fold::folded_text;
pub use ids::{
    ApplicationId, ComplaintId, CorrectionId, CourtCaseId, DocumentId, EntryId, EventId, IdSource,
    NoticeId, RequestId, RulesChangeId, SystemIds,
};
pub use iin::Iin;
pub use informed_body::InformedBody;
pub use kato::Kato;
pub use language::Language;
pub use localized::Localized;
pub use moment::{Moment, instant_of, legal_offset, local};
pub use money::Tiyn;
pub use personal::Personal;
pub use phone::Phone;
pub use problem::Problem;
pub use share_key::{ShareKey, ShareLabel};
pub use sink_name::SinkName;
pub use text::Text;

/// Who acts when nobody asked for it, as callers are named.
pub const SYSTEM: &str = "system";

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use proptest::prelude::*;

    use super::*;

    /// Text that comes near to what the parsers read, and text that does not.
    fn given() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            "\\PC{0,30}",
            "[0-9]{9}",
            "[0-9]{2}0[1-9][0-6][0-9][0-6][0-9]{5}",
            "[0-9]{1,2}[:-][0-9]{1,3}[:-][0-9]{1,3}[:-][0-9]{1,4}(:[0-9]{1,4}/?[A-zА-я]?){0,4}",
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(9_999))]

        #[test]
        fn no_text_makes_a_parser_panic_and_what_is_read_reads_the_same_again(given in given()) {
            let today = NaiveDate::MAX;
            if let Ok(iin) = Iin::parse(&given, today) {
                prop_assert_eq!(Iin::parse(iin.as_str(), today).unwrap(), iin);
            }
            if let Ok(bin) = Bin::parse(&given) {
                prop_assert!(Iin::parse(&given, today).is_err());
                prop_assert_eq!(Bin::parse(bin.as_str()).unwrap(), bin);
            }
            if let Ok(kato) = Kato::parse(&given) {
                prop_assert!(kato.lies_in(&kato));
                prop_assert_eq!(Kato::parse(kato.as_str()).unwrap(), kato);
            }
            if let Ok(number) = CadastralNumber::parse(&given) {
                let again = CadastralNumber::parse(number.normalized()).unwrap();
                prop_assert_eq!(again.normalized(), number.normalized());
                prop_assert_eq!(again.as_str(), number.normalized());
            }
            prop_assert!(ApplicationId::parse(&given).is_err());
            prop_assert!(Phone::parse(&given).is_err());
        }
    }
}
