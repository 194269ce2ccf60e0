//! Points at which a test stops the process dead, as a power cut would.
//! It never does anything in a release build, nor unless `TIZILIM_CRASH_AT` names the point.

/// Ends the process here if `TIZILIM_CRASH_AT=point` or, for the n-th passage, `point:n` says so.
#[cfg(debug_assertions)]
pub fn point(name: &str) {
    use std::sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    };
    static WANTED: OnceLock<Option<(String, u32)>> = OnceLock::new();
    static PASSED: AtomicU32 = AtomicU32::new(0);
    let wanted = WANTED.get_or_init(|| {
        let text = std::env::var_os("TIZILIM_CRASH_AT")?.into_string().ok()?;
        Some(match text.split_once(':') {
            Some((point, times)) => (point.to_owned(), times.parse().ok()?),
            None => (text, 1),
        })
    });
    if let Some((point, times)) = wanted
        && point == name
        && PASSED.fetch_add(1, Ordering::SeqCst).saturating_add(1) == *times
    {
        std::process::abort();
    }
}

/// Does nothing.
#[cfg(not(debug_assertions))]
pub const fn point(_name: &str) {}
