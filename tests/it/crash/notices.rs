//! A stop between a letter of a notice that left and the record of it: nobody is left out, and one letter at
//! most is repeated, under its name.

use std::collections::BTreeMap;

use tizilim::demo::{
    client::{AuthorizedBodyClient, ClientFault, Line},
    scan,
};

use super::site::{Site, answered};
use crate::harness::{Account, change_of_rules};

impl Site {
    fn ministry(&self) -> AuthorizedBodyClient {
        let token = self.installation.accounts.token(Account::Ministry);
        AuthorizedBodyClient::new(Line::new(self.channel(), token).unwrap())
    }
}

#[tokio::test]
async fn a_stop_before_a_letter_is_on_record_repeats_that_one_and_loses_none() {
    for point in ["notice.sent:1", "notice.sent:3"] {
        let mut site = Site::open(Some(point)).await;
        let ministry = site.ministry();
        let document = ministry.upload("act.pdf", &scan(61)).await.unwrap();
        let request = change_of_rules(61, document.document_id);
        // The answer may be cut off with the process: the change is told all the same, or told again.
        let first: Result<_, ClientFault> = ministry.publish(request.clone()).await;
        site.died().await;
        let change = site
            .insist(async |site| answered(site.ministry().publish(request.clone()).await))
            .await;
        if let Ok(first) = first {
            assert_eq!(first, change, "at {point}");
        }
        let report = site
            .insist(async |site| {
                let ministry = site.ministry();
                answered(ministry.letters_settled(&change.rules_change_id).await)
            })
            .await;
        assert_eq!(site.deaths, 1, "at {point}");
        assert_eq!((report.told_in_time_count, report.untold_count), (4, 1));
        let mut caught: BTreeMap<String, usize> = BTreeMap::new();
        for letter in site.catcher.letters().unwrap() {
            let letter = std::fs::read_to_string(letter).unwrap();
            let named = letter.lines().find(|line| line.starts_with("Message-ID:"));
            *caught.entry(named.unwrap().to_owned()).or_default() += 1;
        }
        assert_eq!(caught.len(), 4, "each was sent: {caught:?}");
        let repeats: usize = caught.values().map(|times| times - 1).sum();
        assert_eq!(repeats, 1, "the one that was not on record: {caught:?}");
    }
}
