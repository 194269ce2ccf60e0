//! What the log says of calls. It never says what a message held (I-7).

use std::{
    io,
    sync::{Arc, Mutex},
};

use tonic_types::StatusExt as _;

use super::{WIDE, running};

/// Keeps what is logged on this thread.
#[derive(Clone, Debug, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl io::Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Kept {
    fn lines(&self) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().map(str::to_owned).collect()
    }
}

#[tokio::test]
async fn every_call_leaves_one_line_and_a_fault_its_story_under_the_same_id() {
    let kept = Kept::default();
    let writer = kept.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let running = running(WIDE).await;
    running
        .ask(running.request("a secret of somebody"))
        .await
        .unwrap();
    let status = running.ask(running.request("fault")).await.unwrap_err();
    let id = status.get_details_request_info().unwrap().request_id;

    let lines = kept.lines();
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
