//! Changes of the Rules, and whoever is told of them, in a town.

use tizilim::{
    demo::{
        client::{AddresseeClient, AuthorizedBodyClient, new_request_id},
        scan,
    },
    pb::registry::v1 as pb,
};

use super::{Account, Town};

impl Town {
    /// The authorized body.
    pub(crate) fn ministry(&self) -> AuthorizedBodyClient {
        AuthorizedBodyClient::new(self.line(Account::Ministry))
    }

    /// A body that is told of changes.
    pub(crate) fn addressee(&self, account: Account) -> AddresseeClient {
        AddresseeClient::new(self.line(account))
    }

    /// The file of a change, uploaded.
    pub(crate) async fn uploaded_act(&self, number: u32) -> String {
        let uploaded = self.ministry().upload("бұйрық.pdf", &scan(number)).await;
        uploaded.unwrap().document_id
    }

    /// Tells a change of the Rules that was published today.
    pub(crate) async fn told_of(&self, number: u32) -> pb::RulesChange {
        let document_id = self.uploaded_act(number).await;
        let request = change_of_rules(number, document_id);
        self.ministry().publish(request).await.unwrap()
    }
}

/// A change that was adopted before the world begins, and published on its first day.
pub(crate) fn change_of_rules(number: u32, document_id: String) -> pb::PublishRulesChangeRequest {
    let text = |kk: &str, ru: &str, en: &str| {
        Some(pb::LocalizedText {
            kk: kk.to_owned(),
            ru: ru.to_owned(),
            en: en.to_owned(),
        })
    };
    pb::PublishRulesChangeRequest {
        request_id: new_request_id(),
        validate_only: false,
        act: Some(pb::Act {
            title: text(
                "Министрдің бұйрығы",
                "Приказ министра",
                "Order of the minister",
            ),
            number: format!("{number}-НҚ"),
            dated_on: "2026-11-20".to_owned(),
        }),
        published_on: "2026-11-24".to_owned(),
        in_force_on: "2026-11-26".to_owned(),
        text: text(
            "5-тармақ жаңа редакцияда жазылсын.\nМерзім өзгереді.",
            "Пункт 5 изложить в новой редакции.\nСрок меняется.",
            "",
        ),
        document_ids: vec![document_id],
        rule_set: None,
    }
}
