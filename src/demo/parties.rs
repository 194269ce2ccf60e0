//! An invented world: a certification authority, cooperatives, shareholders and a local executive
//! body, with numbers that can exist and that nobody bears. It never names anybody real.

use std::collections::BTreeSet;

use chrono::{DateTime, Days, NaiveDate, Utc};

use crate::{
    kernel::{Bin, Email, Iin, Kato, Localized, Personal, local},
    signature::{Authority, AuthorityFault, SignerRole, SigningIdentity, Subject},
};

/// Certificates are older than the oldest moment at which something is signed with them.
const CERTIFICATES_BEGIN: Days = Days::new(400);

/// Everybody who takes part.
#[derive(Debug)]
pub struct World {
    /// The moment at which the play begins.
    pub begins_at: DateTime<Utc>,
    /// Whose certificates are trusted.
    pub authority: Authority,
    /// The cooperative that files applications.
    pub cooperative: Cooperative,
    /// Another one, which must see nothing of the first.
    pub neighbour: Cooperative,
    /// The shareholder with a mailbox.
    pub shareholder: Person,
    /// Another one, who wants what the first has.
    pub rival: Person,
    /// The shareholder without an e-mail address.
    pub offline: Person,
    /// The local executive body.
    pub provider: LocalExecutiveBody,
    /// Who runs the installation.
    pub operator: Bin,
    /// Who watches the quality of state services.
    pub agency: Bin,
    /// The body above the provider, which reviews complaints.
    pub higher_body: Bin,
    /// The authority for the quality of state services, which reviews complaints too.
    pub quality_authority: Bin,
    /// The authorized body, which changes the Rules.
    pub authorized_body: Bin,
    /// The State Corporation.
    pub state_corporation: Bin,
    /// The operator of the infrastructure of the electronic government, which runs the contact centre too.
    pub egov_operator: Bin,
}

/// A natural person who can sign.
#[derive(Debug)]
pub struct Person {
    /// The person's number.
    pub iin: Iin,
    /// Surname.
    pub surname: &'static str,
    /// Given name.
    pub given_name: &'static str,
    /// Patronymic.
    pub patronymic: &'static str,
    /// E-mail address, if the person has one.
    pub email: Option<Email>,
    /// What the person signs with.
    pub identity: SigningIdentity,
}

/// A housing construction cooperative.
#[derive(Debug)]
pub struct Cooperative {
    /// Its number.
    pub bin: Bin,
    /// Its name.
    pub name: &'static str,
    /// The chair of its board, who signs for it.
    pub chair: Person,
}

/// A service provider.
#[derive(Debug)]
pub struct LocalExecutiveBody {
    /// Named in requests.
    pub id: &'static str,
    /// Its number.
    pub bin: Bin,
    /// Its territory.
    pub kato: Kato,
    /// Its name.
    pub name: Localized,
    /// The post of its head.
    pub head_post: Localized,
    /// Its head, who signs for it.
    pub head: Person,
    /// With what the service signs its case files.
    pub seal: SigningIdentity,
    /// Who reviews complaints against it.
    pub reviewing_body: Localized,
    /// Where notices of changes of the Rules go.
    pub notice_email: Email,
}

impl World {
    /// Makes everybody, with new keys.
    pub fn new(begins_at: DateTime<Utc>) -> Result<Self, AuthorityFault> {
        let today = local(begins_at).date();
        let valid_from = today.checked_sub_days(CERTIFICATES_BEGIN);
        let authority = Authority::new(
            "Tizilim demonstration authority",
            valid_from.ok_or(AuthorityFault::Validity)?,
        )?;
        let people = People {
            authority: &authority,
            today,
        };
        let cooperative = people.cooperative("600740000012", "«Үлгі» ТҮҚ кооперативі", CHAIR)?;
        let neighbour =
            people.cooperative("600840000013", "«Мысал» ТҮҚ кооперативі", OTHER_CHAIR)?;
        let shareholder = people.individual(SHAREHOLDER)?;
        let rival = people.individual(RIVAL)?;
        let offline = people.individual(OFFLINE)?;
        let provider = people.local_executive_body()?;
        Ok(Self {
            begins_at,
            cooperative,
            neighbour,
            shareholder,
            rival,
            offline,
            provider,
            operator: bin("601040000017"),
            agency: bin("601140000010"),
            higher_body: bin("610140000037"),
            quality_authority: bin("610240000043"),
            authorized_body: bin("600140000018"),
            state_corporation: bin("600240000011"),
            egov_operator: bin("600340000015"),
            authority,
        })
    }

    /// The legal day on which the play begins.
    pub fn today(&self) -> NaiveDate {
        local(self.begins_at).date()
    }
}

impl Person {
    /// Surname, name, patronymic.
    pub fn full_name(&self) -> String {
        [self.surname, self.given_name, self.patronymic].join(" ")
    }
}

/// Who a person is, before there is a certificate.
#[derive(Clone, Copy)]
struct Role {
    iin: &'static str,
    names: [&'static str; 3],
    email: Option<&'static str>,
}

// All were born between 1901 and 1909.
const CHAIR: Role = Role {
    iin: "020304300016",
    names: ["Төрағаев", "Үлгі", "Мысалұлы"],
    email: None,
};
const OTHER_CHAIR: Role = Role {
    iin: "030507300021",
    names: ["Көршібаев", "Мысал", "Үлгіұлы"],
    email: None,
};
const HEAD: Role = Role {
    iin: "040609400014",
    names: ["Басшыбаева", "Үлгі", "Мысалқызы"],
    email: None,
};
const SHAREHOLDER: Role = Role {
    iin: "010101300010",
    names: ["Пайщиков", "Пример", "Образцович"],
    email: Some("shareholder@example.org"),
};
const RIVAL: Role = Role {
    iin: "060915300035",
    names: ["Соперников", "Пример", "Образцович"],
    email: Some("rival@example.org"),
};
const OFFLINE: Role = Role {
    iin: "071018400045",
    names: ["Поштасыз", "Үлгі", "Мысалқызы"],
    email: None,
};

/// Makes people of roles.
struct People<'a> {
    authority: &'a Authority,
    today: NaiveDate,
}

impl People<'_> {
    fn individual(&self, role: Role) -> Result<Person, AuthorityFault> {
        self.person(role, None, &[SignerRole::Individual])
    }

    fn executive(&self, role: Role, bin: &Bin) -> Result<Person, AuthorityFault> {
        let roles = [SignerRole::LegalEntity, SignerRole::ChiefExecutive];
        self.person(role, Some(bin), &roles)
    }

    fn cooperative(
        &self,
        number: &str,
        name: &'static str,
        chair: Role,
    ) -> Result<Cooperative, AuthorityFault> {
        let bin = bin(number);
        let chair = self.executive(chair, &bin)?;
        Ok(Cooperative { bin, name, chair })
    }

    fn local_executive_body(&self) -> Result<LocalExecutiveBody, AuthorityFault> {
        let bin = bin("600940000017");
        let head = self.executive(HEAD, &bin)?;
        let seal = self.authority.issue(&Subject {
            name: Personal::new("Tizilim".to_owned()),
            iin: head.iin.clone(),
            bin: Some(bin.clone()),
            roles: [SignerRole::LegalEntity].into(),
        })?;
        Ok(LocalExecutiveBody {
            seal,
            id: "koktobe-housing",
            bin,
            kato: kato("750000000"),
            name: Localized::of(
                "Көктөбе қаласының тұрғын үй және құрылыс бөлімі",
                "Отдел жилья и строительства города Коктобе",
                "Housing and Construction Department of Koktobe",
            ),
            head_post: Localized::of("Бөлім басшысы", "Руководитель отдела", "Head of department"),
            head,
            reviewing_body: Localized::of(
                "Көктөбе қаласының әкімдігі",
                "Акимат города Коктобе",
                "Akimat of Koktobe",
            ),
            notice_email: email("koktobe@example.org"),
        })
    }

    fn person(
        &self,
        role: Role,
        bin: Option<&Bin>,
        roles: &[SignerRole],
    ) -> Result<Person, AuthorityFault> {
        let [surname, given_name, patronymic] = role.names;
        let iin = iin(role.iin, self.today);
        let identity = self.authority.issue(&Subject {
            name: Personal::new(role.names.join(" ")),
            iin: iin.clone(),
            bin: bin.cloned(),
            roles: roles.iter().copied().collect::<BTreeSet<_>>(),
        })?;
        let email = role.email.map(email);
        Ok(Person {
            iin,
            surname,
            given_name,
            patronymic,
            email,
            identity,
        })
    }
}

#[expect(clippy::expect_used, reason = "the numbers are written here")]
fn bin(number: &str) -> Bin {
    Bin::parse(number).expect("a number that can exist")
}

#[expect(clippy::expect_used, reason = "the numbers are written here")]
fn iin(number: &str, today: NaiveDate) -> Iin {
    Iin::parse(number, today).expect("a number that can exist")
}

#[expect(clippy::expect_used, reason = "the codes are written here")]
fn kato(code: &str) -> Kato {
    Kato::parse(code).expect("a code that can exist")
}

#[expect(clippy::expect_used, reason = "the addresses are written here")]
fn email(address: &str) -> Email {
    Email::parse(address).expect("an address that can exist")
}

#[cfg(test)]
mod tests {
    use chrono::Datelike as _;

    use super::*;
    use crate::signature::{
        BuiltinVerifier, SignatureVerifier as _, cooperative_executive, provider_head, shareholder,
    };

    fn world() -> World {
        World::new("2026-11-24T05:00:00Z".parse().unwrap()).unwrap()
    }

    fn people(world: &World) -> [&Person; 6] {
        [
            &world.cooperative.chair,
            &world.neighbour.chair,
            &world.provider.head,
            &world.shareholder,
            &world.rival,
            &world.offline,
        ]
    }

    #[test]
    fn nobody_alive_bears_a_number_or_an_address_of_this_world() {
        let world = world();
        for person in people(&world) {
            assert!(person.iin.birth_date().year() < 1910, "{person:?}");
            if let Some(email) = &person.email {
                assert!(email.as_str().ends_with("@example.org"), "RFC 2606");
            }
        }
        let bins = [
            &world.cooperative.bin,
            &world.neighbour.bin,
            &world.provider.bin,
            &world.operator,
            &world.agency,
            &world.authorized_body,
            &world.state_corporation,
            &world.egov_operator,
        ];
        for bin in bins {
            assert!(bin.as_str().starts_with("60"), "registered in 2060: {bin}");
            assert!(bin.is_resident_head_unit());
        }
        assert_eq!(BTreeSet::from(bins).len(), bins.len());
        assert_eq!(
            BTreeSet::from(people(&world).map(|person| &person.iin)).len(),
            6
        );
    }

    #[tokio::test]
    async fn everybody_can_sign_for_whom_they_stand_and_for_nobody_else() {
        let world = world();
        let verifier = BuiltinVerifier::from_pem(&world.authority.anchor_pem(), "").unwrap();
        let signer = async |person: &Person| {
            let cms = person
                .identity
                .sign_detached(b"text", world.begins_at)
                .unwrap();
            verifier
                .verify(b"text", &cms, world.begins_at)
                .await
                .unwrap()
        };
        let chair = signer(&world.cooperative.chair).await;
        assert_eq!(
            cooperative_executive(&chair, &world.cooperative.bin),
            Ok(())
        );
        assert!(cooperative_executive(&chair, &world.neighbour.bin).is_err());
        let head = signer(&world.provider.head).await;
        assert_eq!(provider_head(&head, &world.provider.bin), Ok(()));
        for person in [&world.shareholder, &world.rival, &world.offline] {
            let signer = signer(person).await;
            assert_eq!(shareholder(&signer, &person.iin), Ok(()));
            assert!(shareholder(&chair, &person.iin).is_err());
        }
    }
}
