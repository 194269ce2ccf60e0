//! The closed list of grounds for refusing the service (cl. 9; Annex 2 item 9; O-66).
//! There never is another one.

use serde::{Deserialize, Serialize};

use crate::kernel::Localized;

/// A ground for refusing the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Ground {
    /// Documents or the data in them are not reliable (A2-9(1)).
    #[serde(rename = "G1")]
    UnreliableData,
    /// The recipient, materials, objects or data do not meet the housing law (A2-9(2)).
    #[serde(rename = "G2")]
    NonComplianceWithHousingLaw,
    /// A court decision in force forbids the activity or the service (A2-9(3)).
    #[serde(rename = "G3")]
    CourtProhibition,
    /// A court decision in force took the special right away (A2-9(4)).
    #[serde(rename = "G4")]
    CourtDeprivationOfRight,
    /// No consent to access to restricted personal data (A2-9(5)).
    #[serde(rename = "G5")]
    NoConsent,
}

impl Ground {
    /// Every ground, in the order of the law.
    pub const ALL: [Self; 5] = [
        Self::UnreliableData,
        Self::NonComplianceWithHousingLaw,
        Self::CourtProhibition,
        Self::CourtDeprivationOfRight,
        Self::NoConsent,
    ];

    /// The name in the store and in the rule set.
    pub const fn code(self) -> &'static str {
        match self {
            Self::UnreliableData => "G1",
            Self::NonComplianceWithHousingLaw => "G2",
            Self::CourtProhibition => "G3",
            Self::CourtDeprivationOfRight => "G4",
            Self::NoConsent => "G5",
        }
    }

    /// Finds the ground of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ground| ground.code() == code)
    }

    /// Whether it rests on a court decision, and on nothing else (O-63, O-64).
    pub const fn rests_on_a_court(self) -> bool {
        match self {
            Self::CourtProhibition | Self::CourtDeprivationOfRight => true,
            Self::UnreliableData | Self::NonComplianceWithHousingLaw | Self::NoConsent => false,
        }
    }

    /// The ground in the words of Annex 2 item 9 (in Kazakh), and what they say.
    pub fn label(self) -> Localized {
        match self {
            Self::UnreliableData => Localized::of(
                "мемлекеттік көрсетілетін қызметті алу үшін көрсетілетін қызметті алушы ұсынған \
                 құжаттардың және (немесе) олардың құрамындағы деректердің (мәліметтердің) анық \
                 еместігі анықталды",
                "установлена недостоверность документов, представленных услугополучателем для \
                 получения государственной услуги, и (или) данных (сведений), содержащихся в них",
                "the documents that the service recipient submitted for the state service, or the \
                 data in them, were found not to be reliable",
            ),
            Self::NonComplianceWithHousingLaw => Localized::of(
                "көрсетілетін қызметті алушының және (немесе) мемлекеттік қызмет көрсету үшін \
                 қажетті ұсынылған материалдардың, объектілердің, деректердің және мәліметтердің \
                 «Тұрғын үй қатынастары туралы» Қазақстан Республикасының Заңында белгіленген \
                 талаптарға сәйкес келмеуі",
                "несоответствие услугополучателя и (или) представленных материалов, объектов, \
                 данных и сведений, необходимых для оказания государственной услуги, требованиям, \
                 установленным Законом Республики Казахстан «О жилищных отношениях»",
                "the service recipient, or the materials, objects and data submitted for the state \
                 service, do not meet the requirements of the Law of the Republic of Kazakhstan \
                 “On Housing Relations”",
            ),
            Self::CourtProhibition => Localized::of(
                "көрсетілетін қызметті алушыға қатысты мемлекеттік көрсетілетін қызметті алуды \
                 талап ететін немесе қызметтің жекелеген түрлерімен айналысуға тыйым салатын заңды \
                 күшіне енген сот шешімі (үкімі) бар",
                "в отношении услугополучателя имеется вступившее в законную силу решение (приговор) \
                 суда о запрещении деятельности или отдельных видов деятельности, требующих \
                 получения государственной услуги",
                "a court decision (sentence) in force forbids the service recipient the activity, \
                 or certain kinds of activity, for which the state service is required",
            ),
            Self::CourtDeprivationOfRight => Localized::of(
                "көрсетілетін қызметті алушыға қатысты соттың заңды күшіне енген шешімі бар, соның \
                 негізінде көрсетілетін қызметті алушы мемлекеттік көрсетілетін қызметті алумен \
                 байланысты арнаулы құқығынан айырылған",
                "в отношении услугополучателя имеется вступившее в законную силу решение суда, на \
                 основании которого услугополучатель лишён специального права, связанного с \
                 получением государственной услуги",
                "a court decision in force deprived the service recipient of the special right that \
                 the state service is connected with",
            ),
            Self::NoConsent => Localized::of(
                "мемлекеттік қызмет көрсету үшін талап етілетін қолжетімділігі шектеулі дербес \
                 деректерге қол жеткізуге «Дербес деректер және оларды қорғау туралы» Қазақстан \
                 Республикасы Заңының 8-бабына сәйкес көрсетілетін қызметті алушының келісімінің \
                 болмауы",
                "отсутствие согласия услугополучателя, предоставляемого в соответствии со статьёй 8 \
                 Закона Республики Казахстан «О персональных данных и их защите», на доступ к \
                 персональным данным ограниченного доступа, которые требуются для оказания \
                 государственной услуги",
                "the consent under article 8 of the Law of the Republic of Kazakhstan “On Personal \
                 Data and Their Protection” to access to the restricted personal data that the \
                 state service requires is missing",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ground_is_stored_under_its_code_and_named_in_three_languages() {
        for (ground, code) in Ground::ALL.into_iter().zip(["G1", "G2", "G3", "G4", "G5"]) {
            assert_eq!(ground.code(), code);
            assert_eq!(serde_json::to_value(ground).unwrap(), code);
            assert!(ground.label().is_complete());
        }
    }

    #[test]
    fn the_kazakh_words_are_those_of_the_annex() {
        let words = Ground::NonComplianceWithHousingLaw.label().kk;
        assert!(words.ends_with("Заңында белгіленген талаптарға сәйкес келмеуі"));
        assert!(
            !words.contains("  "),
            "the source is wrapped, the text is not"
        );
    }
}
