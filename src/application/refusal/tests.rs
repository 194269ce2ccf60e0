//! Whether a refusal says what it must, and rests on what it names.

use super::{Ground, RefusalGround};
use crate::application::checks::CheckCode;

#[test]
fn a_ground_is_stored_with_what_it_rests_on() {
    let ground = RefusalGround::resting_on(Ground::NoConsent, vec![CheckCode::C19]);
    let stored = serde_json::to_string(&ground).unwrap();
    assert!(stored.contains("\"code\":\"G5\",\"failed_checks\":[\"C19\"]"));
    assert_eq!(
        serde_json::from_str::<RefusalGround>(&stored).unwrap(),
        ground
    );
}
