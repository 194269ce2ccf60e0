//! What a test's own thread logs. It never mixes the lines of two tests that run at once.
//!
//! One subscriber serves the whole process: subscribers of single threads make `tracing` forget
//! call sites that another thread meets first.

use std::{cell::RefCell, io, sync::Once};

thread_local! {
    static LINES: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

struct OwnThread;

impl io::Write for OwnThread {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.with_borrow_mut(|lines| lines.extend(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Begins to keep what is logged, from INFO up.
pub(crate) fn begin() {
    static SUBSCRIBER: Once = Once::new();
    SUBSCRIBER.call_once(|| {
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(|| OwnThread)
            .finish();
        tracing::subscriber::set_global_default(subscriber).expect("no other log in tests");
    });
    LINES.take();
}

/// The lines that this thread logged since then.
pub(crate) fn lines() -> Vec<String> {
    let text = String::from_utf8(LINES.take()).expect("the log is text");
    text.lines().map(str::to_owned).collect()
}
