//! What the log says of calls. It never says what a message held (I-7).

use tonic_types::StatusExt as _;

use super::{WIDE, running};
use crate::telemetry::captured;

#[tokio::test]
async fn every_call_leaves_one_line_and_a_fault_its_story_under_the_same_id() {
    captured::begin();
    let running = running(WIDE).await;
    running
        .ask(running.request("a secret of somebody"))
        .await
        .unwrap();
    let status = running.ask(running.request("fault")).await.unwrap_err();
    let id = status.get_details_request_info().unwrap().request_id;

    let lines = captured::lines();
    let ended: Vec<&String> = lines.iter().filter(|line| line.contains("ended")).collect();
    assert_eq!(ended.len(), 2, "{lines:#?}");
    for (line, outcome) in ended.iter().zip(["Ok", "Internal"]) {
        assert!(line.contains(" INFO "), "{line}");
        assert!(line.contains("caller=watcher"), "{line}");
        assert!(line.contains("CalendarService/ComputeDueDate"), "{line}");
        assert!(line.contains(&format!("outcome=\"{outcome}\"")), "{line}");
    }
    let story: Vec<&String> = lines.iter().filter(|line| line.contains("ERROR")).collect();
    assert_eq!(story.len(), 1, "{lines:#?}");
    assert!(story[0].contains("disk on fire") && story[0].contains(&id));
    assert!(!lines.iter().any(|line| line.contains("secret")));
}
